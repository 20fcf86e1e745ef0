// What study.py and baselines.py wrote: one file a run, and one of baselines for each data seed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** mIOU in per cent at true boxes: means over instances, and of every class. */
export interface Overlaps {
  readonly seen: number;
  readonly unseen: number;
  readonly classes: Readonly<Record<string, number>>;
}

export interface Run {
  readonly head: string;
  readonly regime: string;
  readonly data_seed: number;
  readonly model_seed: number;
  readonly steps: number;
  /** With moving statistics that are means over many batches: what counts. */
  readonly miou: Overlaps;
  /** With those that training left, after half of the steps and after all. */
  readonly unsettled: Readonly<Record<string, Overlaps>>;
  readonly device: string;
}

export interface Baselines {
  readonly data_seed: number;
  readonly grabcut: { readonly opencv: string; readonly iterations: number };
  readonly rows: Readonly<Record<string, Overlaps>>;
}

export interface Results {
  readonly runs: readonly Run[];
  readonly baselines: readonly Baselines[];
}

export function readResults(folder: string): Results {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const isBaseline = (name: string): boolean => name.startsWith("baselines-");
  return {
    runs: names.filter((name) => !isBaseline(name)).map((name) => read(name) as Run),
    baselines: names.filter(isBaseline).map((name) => read(name) as Baselines),
  };
}
