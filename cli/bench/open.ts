// Writes and opens a model in a target, with the matrix products that say what its engine can do.
import { join } from "node:path";
import type { Graph, WeightReader } from "../../compiler/index.ts";
import { type Contender, type Product, peakOf, peakSizes } from "../../lab/index.ts";
import { type EngineFailure, isEngineFailure, type Session } from "../../runtime/index.ts";
import { calibratedInto } from "../quantize/calibrated.ts";
import { precisionNamed, type Target, type TargetOptions } from "../targets/index.ts";

export interface Work {
  readonly graph: Graph;
  readonly weights: WeightReader;
  readonly options: TargetOptions;
  readonly threads: number;
  readonly quantized: boolean;
  readonly folder: string;
  status(text: string): void;
}

export interface Refusal {
  readonly reason: string;
}
export const isRefusal = (answer: object): answer is Refusal => "reason" in answer;

interface Opened {
  readonly contenders: readonly Contender[];
  readonly products: readonly Product[];
}

export async function openIn(target: Target, work: Work): Promise<Opened | Refusal> {
  const { graph, weights, quantized, status } = work;
  const { name } = target;
  status(`building for ${name}`);
  const { dtype, ports, ...single } = work.options;
  const session = await written(target, "model", { graph, weights }, { ...work, options: single });
  if (isRefusal(session)) return session;
  const contenders: Contender[] = [{ title: name, target: name, precision: "float32", session }];
  if (precisionNamed(dtype) === "f16") {
    const half = await written(target, "half", { graph, weights }, work);
    if (isRefusal(half)) return half;
    contenders.push({ title: `${name} f16`, target: name, precision: "float16", session: half });
  }
  const products: Product[] = [];
  for (const peak of peakSizes.map(peakOf)) {
    const product = await written(target, `peak-${peak.size}`, peak, work);
    if (!isRefusal(product)) products.push({ target: name, peak, session: product });
  }
  if (quantized && name === "onnx") contenders.push(await inIntegers(target, work));
  return { contenders, products };
}

async function written(
  target: Target,
  name: string,
  { graph, weights }: Pick<Work, "graph" | "weights">,
  { options, threads, folder }: Work,
): Promise<Session | Refusal> {
  const path = join(folder, `${target.name}-${name}`);
  const answer = await target.write(graph, { path, options, weights, progress: () => {} });
  if (!("unsupported" in answer)) return openedOr(await target.open(path, { threads }));
  const [first] = answer.unsupported;
  return { reason: first ? `${first.node.op}: ${first.reason}` : "a profile refuses it" };
}

const openedOr = (session: Session | EngineFailure): Session | Refusal =>
  isEngineFailure(session) ? { reason: session.message } : session;

async function inIntegers(target: Target, work: Work): Promise<Contender> {
  const path = join(work.folder, "int8.onnx");
  const session = await calibratedInto(path, { ...work, files: [], samples: 16, batch: 8 }, work.status).then(() =>
    target.open(path, { threads: work.threads }),
  );
  if (isEngineFailure(session)) throw new Error(session.message);
  return { title: `${target.name} int8`, target: target.name, precision: "int8", session };
}
