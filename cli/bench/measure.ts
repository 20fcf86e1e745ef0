// Writes and opens a model in every target, and times all of them in turn with the matrix products that
// say what the machine can do.
import { join } from "node:path";
import type { Graph, WeightReader } from "../../compiler/index.ts";
import { type Candidate, percentile, timeInterleaved } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import { portsOf, randomFeeds } from "../inputs.ts";
import { quantizeInto } from "../quantize/calibrate.ts";
import { layoutOf, type TargetOptions, targetNamed } from "../targets/index.ts";
import { type Contestant, isRefusal, type OpenModel, type Refusal } from "./contestants.ts";
import { type Peak, peakOf, peakSizes } from "./peak.ts";
import { gflopsOf, type Peaks, type Row } from "./report.ts";

export type Status = (text: string) => void;

export interface Settings {
  readonly contestants: readonly Contestant[];
  readonly batches: readonly number[];
  readonly runs: number;
  readonly threads: number;
  readonly quantized: boolean;
}

export interface Work {
  readonly graph: Graph;
  readonly weights: WeightReader;
  readonly options: TargetOptions;
  readonly settings: Settings;
  /** Multiply-adds of one sample. */
  readonly macs: number;
  readonly folder: string;
  readonly status: Status;
}

interface Entry {
  readonly title: string;
  readonly target: string;
  readonly precision: Row["precision"];
  readonly model: OpenModel;
}

interface OpenPeak {
  readonly target: string;
  readonly peak: Peak;
  readonly model: OpenModel;
}

export interface Measured {
  readonly rows: readonly Row[];
  readonly peaks: Peaks;
  readonly left: readonly (Refusal & { readonly target: string })[];
}

export async function measure(work: Work): Promise<Measured> {
  const entries: Entry[] = [];
  const peaks: OpenPeak[] = [];
  const left: (Refusal & { target: string })[] = [];
  for (const contestant of work.settings.contestants) {
    const opened = await openAll(contestant, work);
    if ("reason" in opened) left.push({ ...opened, target: contestant.target });
    else {
      entries.push(...opened.entries);
      peaks.push(...opened.peaks);
    }
  }
  const rows: Row[] = [];
  const best = new Map<string, { gflops: number; size: number }>();
  for (const batch of work.settings.batches) rows.push(...(await timeBatch(batch, entries, peaks, best, work)));
  for (const { model } of [...entries, ...peaks]) await model.close();
  return { rows, peaks: best, left };
}

/** Writes and opens the model and the matrix products of one target. */
async function openAll(
  contestant: Contestant,
  work: Work,
): Promise<{ readonly entries: readonly Entry[]; readonly peaks: readonly OpenPeak[] } | Refusal> {
  const { target } = contestant;
  const { graph, weights, settings, folder, status } = work;
  status(`building for ${target}`);
  const write = async (name: string, from: Graph, numbers: WeightReader): Promise<OpenModel | Refusal> => {
    const path = join(folder, `${target}-${name}`);
    const { options } = work;
    const written = await targetNamed(target).write(from, {
      path,
      options,
      weights: numbers,
      progress: () => {},
    });
    if (!("unsupported" in written)) return contestant.open(path, settings.threads);
    const [first] = written.unsupported;
    return { reason: `${first?.node.op}: ${first?.reason}` };
  };
  const model = await write("model", graph, weights);
  if (isRefusal(model)) return model;
  const entries: Entry[] = [{ title: target, target, precision: "float32", model }];
  const peaks: OpenPeak[] = [];
  for (const peak of peakSizes.map(peakOf)) {
    const product = await write(`peak-${peak.size}`, peak.graph, peak.weights);
    if (!isRefusal(product)) peaks.push({ target, peak, model: product });
  }
  if (settings.quantized && target === "onnx") entries.push(await quantizedEntry(contestant, work));
  return { entries, peaks };
}

async function quantizedEntry(
  contestant: Contestant,
  { graph, weights, options, settings, folder, status }: Work,
): Promise<Entry> {
  const path = join(folder, "int8.onnx");
  await quantizeInto(path, { graph, weights, options, files: [], samples: 16, batch: 8 }, status);
  const model = await contestant.open(path, settings.threads);
  if (isRefusal(model)) throw new Failure(exits.internal, model.reason);
  return { title: `${contestant.target} int8`, target: contestant.target, precision: "int8", model };
}

/** Models and matrix products in turn, so that a busy moment hits all of them. */
async function timeBatch(
  batch: number,
  entries: readonly Entry[],
  products: readonly OpenPeak[],
  best: Map<string, { gflops: number; size: number }>,
  { graph, options, settings, macs, status }: Work,
): Promise<readonly Row[]> {
  const candidateOf = (name: string, from: Graph, model: OpenModel): Candidate => {
    const feeds = randomFeeds(portsOf(from, layoutOf(options)), batch, 1);
    return { name, run: () => model.time(feeds) };
  };
  const candidates = [
    ...entries.map(({ title, model }) => candidateOf(title, graph, model)),
    ...products.map(({ target, peak, model }) => candidateOf(`${target} peak`, peak.graph, model)),
  ];
  const { runs } = settings;
  const progress = (done: number, total: number) => status(`N = ${batch}: run ${done} of ${total}`);
  const samples = await timeInterleaved(candidates, { runs, warmups: Math.min(3, runs), progress });
  products.forEach(({ target, peak }, i) => {
    const gflops = gflopsOf(peak.flops, percentile(samples[entries.length + i] ?? [], 0.5));
    if (gflops > (best.get(target)?.gflops ?? 0)) best.set(target, { gflops, size: peak.size });
  });
  return entries.map(({ title, target, precision, model }, i) => ({
    title,
    target,
    backend: model.backend,
    precision,
    batch,
    macs: batch * macs,
    samples: samples[i] ?? [],
  }));
}
