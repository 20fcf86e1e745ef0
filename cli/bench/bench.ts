// `deepmacc bench REF`: how long a model takes in the targets that this machine has. docs/measuring.md
// says how it is measured and why.

import { availableParallelism, cpus } from "node:os";
import { countMacs, type Graph } from "../../compiler/index.ts";
import type { Paint } from "../../report/index.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { parseWhole } from "../reference.ts";
import { inScratchFolder } from "../scratch.ts";
import type { TargetOptions } from "../targets/index.ts";
import type { WeightOptions } from "../weights/choose.ts";
import { type Contestant, contestants } from "./contestants.ts";
import { type Measured, measure, type Settings, type Status, type Work } from "./measure.ts";
import { rowDocument, tableText } from "./report.ts";

export interface BenchOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly targets?: string;
  readonly batch?: string;
  readonly runs?: string;
  readonly threads?: string;
  readonly quantized?: boolean;
}

function settingsOf({ targets, batch = "1,8", runs = "30", threads, quantized = false }: BenchOptions): Settings {
  const cores = availableParallelism();
  return {
    contestants: targets === undefined ? contestants : targets.split(",").map(contestantNamed),
    batches: batch.split(",").map((size) => parseWhole(size, "--batch", [1, 65_536])),
    runs: parseWhole(runs, "--runs", [1, 100_000]),
    threads: threads === undefined ? cores : parseWhole(threads, "--threads", [1, 1024]),
    quantized,
  };
}

function contestantNamed(name: string): Contestant {
  const found = contestants.find(({ target }) => target === name.trim());
  if (found) return found;
  const known = contestants.map(({ target }) => target).join(", ");
  throw new Failure(exits.usage, `bench knows no target ${name}`, [`targets that can be timed: ${known}`]);
}

export async function bench(
  reference: string,
  options: BenchOptions,
  paint: Paint,
  status: Status = () => {},
): Promise<Outcome> {
  const settings = settingsOf(options);
  const { graph, weights } = prepare(reference, options);
  const batches = batchesFor(graph, settings.batches);
  const macs = Number(countMacs(graph, graph.nodes));
  return inScratchFolder(async (folder) => {
    const work: Work = { graph, weights, options, settings: { ...settings, batches }, macs, folder, status };
    return outcomeOf(graph, settings, await measure(work), paint);
  }).finally(() => status(""));
}

/** The batch is the only size that may be free; a model with a fixed batch is timed at that. */
function batchesFor(graph: Graph, batches: readonly number[]): readonly number[] {
  const first = graph.inputs[0]?.value.type.dims[0];
  if (typeof first === "number" && graph.free.length === 0) return [first];
  const [batch, ...others] = graph.free;
  if (batch !== undefined && others.length === 0) return batches;
  throw new Failure(exits.usage, `${graph.name} leaves ${graph.free.join(" and ")} free, and only the batch may be`, [
    `fix the others: --at ${others.map((name) => `${name}=…`).join(",")}`,
  ]);
}

function outcomeOf(
  { name }: Graph,
  { threads, runs }: Settings,
  { rows, peaks, left }: Measured,
  paint: Paint,
): Outcome {
  const [processor] = cpus();
  const machine = { processor: processor?.model ?? "unknown", cores: availableParallelism() };
  const peakLines = [...peaks].map(
    ([target, { gflops, size }]) =>
      `  ${target} peak: ${gflops.toFixed(0)} GFLOP/s, a product of ${size}×${size} matrices`,
  );
  const leftLines = left.map(({ target, reason }) => `  ${target} was left out: ${reason}`);
  const title = `${paint.strong(name)}: ${runs} runs in turn on ${threads} ${threads === 1 ? "thread" : "threads"}, ${machine.processor}`;
  return {
    exit: rows.length > 0 ? exits.ok : exits.unsupported,
    document: {
      name,
      threads,
      runs,
      machine,
      peaks: [...peaks].map(([target, peak]) => ({ target, ...peak })),
      results: rows.map((row) => rowDocument(row, peaks)),
      left: left.map(({ target, reason }) => ({ target, reason })),
    },
    stdout: rows.length === 0 ? "" : `${[title, tableText(rows, peaks, paint), ...peakLines].join("\n")}\n`,
    stderr: leftLines.length === 0 ? "" : `${leftLines.join("\n")}\n`,
  };
}
