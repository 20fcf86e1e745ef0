// `deepmacc bench REF`: how long a model takes in the targets that this machine has. docs/measuring.md
// says how it is measured and why.

import { availableParallelism, cpus } from "node:os";
import { countMacs, type Graph, workOf } from "../../compiler/index.ts";
import {
  type Contender,
  type Peaks,
  type Product,
  portsOf,
  type Row,
  randomFeeds,
  timeBatch,
} from "../../lab/index.ts";
import type { Paint } from "../../report/index.ts";
import { refuseTooLarge, withinMemory } from "../bounded.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { parseWhole } from "../reference.ts";
import { inScratchFolder } from "../scratch.ts";
import { layoutOf, type Target, type TargetOptions, targetsFor } from "../targets/index.ts";
import type { WeightOptions } from "../weights/choose.ts";
import { isRefusal, openIn, type Refusal, type Work } from "./open.ts";
import { rowDocument, tableText } from "./report.ts";

export interface BenchOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly targets?: string;
  readonly batch?: string;
  readonly runs?: string;
  readonly threads?: string;
  readonly quantized?: boolean;
}

interface Settings {
  readonly targets: readonly Target[];
  readonly batches: readonly number[];
  readonly runs: number;
  readonly threads: number;
}

function settingsOf(options: BenchOptions): Settings {
  const { targets: names, batch = "1,8", runs = "30", threads } = options;
  const cores = availableParallelism();
  return {
    targets: targetsFor(names, options),
    batches: batch.split(",").map((size) => parseWhole(size, "--batch", [1, 65_536])),
    runs: parseWhole(runs, "--runs", [1, 100_000]),
    threads: threads === undefined ? cores : parseWhole(threads, "--threads", [1, 1024]),
  };
}

export async function bench(
  reference: string,
  options: BenchOptions,
  paint: Paint,
  status: (text: string) => void = () => {},
): Promise<Outcome> {
  const settings = settingsOf(options);
  const { graph, weights } = prepare(reference, options);
  const batches = batchesFor(graph, settings.batches);
  for (const batch of batches) {
    const work = workOf(graph, new Map(graph.free.map((name) => [name, batch])));
    refuseTooLarge(graph, work.alive, work, "smaller sizes (--at) and batches (--batch) need less");
  }
  const { threads } = settings;
  const { quantized = false } = options;
  const run = async (folder: string): Promise<Outcome> => {
    const work: Work = { graph, weights, options, threads, quantized, folder, status };
    return outcomeOf(graph, settings, await measured({ ...settings, batches }, work), paint);
  };
  return withinMemory(() => inScratchFolder(run)).finally(() => status(""));
}

interface Measured {
  readonly rows: readonly Row[];
  readonly peaks: Peaks;
  readonly left: readonly (Refusal & { readonly target: string })[];
}

/** Opens everything first: models and matrix products take turns. */
async function measured(settings: Settings, work: Work): Promise<Measured> {
  const contenders: Contender[] = [];
  const products: Product[] = [];
  const left: (Refusal & { target: string })[] = [];
  for (const target of settings.targets) {
    const opened = await openIn(target, work);
    if (isRefusal(opened)) left.push({ ...opened, target: target.name });
    else {
      contenders.push(...opened.contenders);
      products.push(...opened.products);
    }
  }
  const rows: Row[] = [];
  const best = new Map<string, { gflops: number; size: number }>();
  for (const batch of settings.batches) {
    const timed = await timedAt(batch, contenders, products, settings, work);
    rows.push(...timed.rows);
    for (const [target, peak] of timed.peaks) if (peak.gflops > (best.get(target)?.gflops ?? 0)) best.set(target, peak);
  }
  for (const { session } of [...contenders, ...products]) await session.close();
  return { rows, peaks: best, left };
}

async function timedAt(
  batch: number,
  contenders: readonly Contender[],
  products: readonly Product[],
  { runs }: Settings,
  { graph, options, status }: Work,
) {
  const fed = (from: Graph) => ({ feeds: randomFeeds(portsOf(from, layoutOf(options)), batch, 1) });
  const timed = await timeBatch({
    batch,
    contenders: contenders.map((each) => ({ ...each, ...fed(graph) })),
    products: products.map((each) => ({ ...each, ...fed(each.peak.graph) })),
    runs,
    macs: Number(countMacs(graph, graph.nodes)),
    progress: (done, total) => status(`N = ${batch}: run ${done} of ${total}`),
  });
  if ("failure" in timed) throw new Failure(exits.unsupported, `the model could not be timed: ${timed.message}`);
  return timed;
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
