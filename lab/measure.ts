// Times open models in turn with the matrix products that say what the machine can do.
import {
  type Candidate,
  type EngineFailure,
  isEngineFailure,
  percentile,
  type Session,
  timeInterleaved,
} from "../runtime/index.ts";
import type { Feeds } from "./feeds.ts";
import type { Peak } from "./peak.ts";

/** A model that is timed. */
export interface Contender {
  /** "onnx", or "onnx int8". */
  readonly title: string;
  readonly target: string;
  readonly precision: "float32" | "float16" | "int8";
  readonly session: Session;
}

/** A matrix product that is timed beside the models of its target. */
export interface Product {
  readonly target: string;
  readonly peak: Peak;
  readonly session: Session;
}

export interface Row extends Pick<Contender, "title" | "target" | "precision"> {
  /** Which engine ran it. */
  readonly backend: string;
  readonly batch: number;
  /** Multiply-adds of one batch. */
  readonly macs: number;
  /** Milliseconds of each run. */
  readonly samples: readonly number[];
}

/** Floating-point operations a second (in units of 10^9) of the best matrix product, by target. */
export type Peaks = ReadonlyMap<string, { readonly gflops: number; readonly size: number }>;

export const gflopsOf = (flops: number, milliseconds: number): number => flops / milliseconds / 1e6;

export interface Timing {
  readonly batch: number;
  readonly contenders: readonly (Contender & { readonly feeds: Feeds })[];
  readonly products: readonly (Product & { readonly feeds: Feeds })[];
  readonly runs: number;
  /** Multiply-adds of one sample. */
  readonly macs: number;
  progress?(done: number, total: number): void;
}

/** Models and matrix products in turn, so that a busy moment hits all of them. */
export async function timeBatch(
  timing: Timing,
): Promise<{ readonly rows: readonly Row[]; readonly peaks: Peaks } | EngineFailure> {
  const { batch, contenders, products, runs, macs, progress } = timing;
  const candidates = [...contenders, ...products].map(
    ({ target, session, feeds }): Candidate => ({ name: target, run: () => session.time(feeds) }),
  );
  const samples = await timeInterleaved(candidates, {
    runs,
    warmups: Math.min(3, runs),
    ...(progress && { progress }),
  });
  if (isEngineFailure(samples)) return samples;
  const rows = contenders.map(
    ({ title, target, precision, session }, i): Row => ({
      title,
      target,
      backend: session.title,
      precision,
      batch,
      macs: batch * macs,
      samples: samples[i] ?? [],
    }),
  );
  return { rows, peaks: peaksOf(products, samples.slice(contenders.length)) };
}

function peaksOf(products: readonly Product[], samples: readonly (readonly number[])[]): Peaks {
  const best = new Map<string, { gflops: number; size: number }>();
  products.forEach(({ target, peak }, i) => {
    const gflops = gflopsOf(peak.flops, percentile(samples[i] ?? [], 0.5));
    if (gflops > (best.get(target)?.gflops ?? 0)) best.set(target, { gflops, size: peak.size });
  });
  return best;
}
