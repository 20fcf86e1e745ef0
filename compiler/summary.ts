// What people ask about a model: its interface, what it costs, and for which sizes it works.
import type { Diagnostic } from "../grammar/index.ts";
import { typeText } from "./check/compute/metrics.ts";
import { elaborateBoth, newSession } from "./check/models/phases.ts";
import type { Context } from "./check/state/context.ts";
import { SizeFacts } from "./check/state/facts.ts";
import type { Session } from "./check/state/session.ts";
import type { Program } from "./check/text/program.ts";
import type { DeclaredBlock } from "./check/values/value.ts";
import { type Graph, type Phase, type Provenance, resultsOfGraph } from "./ir/graph.ts";
import {
  countBuffers,
  countMacs,
  countParams,
  measureDepth,
  measurePeak,
  measureReceptiveField,
  type Seen,
  seenTargets,
} from "./ops/measure.ts";
import { measureSeen } from "./ops/receptive-range.ts";
import { partsOfModel } from "./part-request.ts";
import { attempt, cutOut, type ModelRequest, requested } from "./request.ts";
import { type Dim, DimLimitError, isSymbolic } from "./sizes/dim/dim.ts";

export interface Port {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  /** Set where it exists in one phase only. */
  readonly phase?: Phase;
}
export interface Summary {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Numbers where sizes are known, expressions in the free sizes where they are not. */
  readonly params: number | string;
  readonly buffers: number | string;
  readonly macs: number | string;
  readonly depth: number;
  readonly rf: number | string | readonly number[];
  /** What single pixels see, height and width; absent where all see `rf`, and where nothing says it. */
  readonly seen?: readonly [Seen, Seen];
  readonly peak: number | string;
  readonly nodes: number;
  readonly shape: string;
  readonly requires: string;
  readonly skips: readonly string[];
  /** Where the text says that the model can be cut. */
  readonly parts: readonly string[];
  /** What it says of its pictures and masks, as JSON. */
  readonly annotations: readonly Provenance[];
}

export function summarize(
  program: Program,
  request: ModelRequest,
  session: Session = newSession(),
): { readonly summary?: Summary; readonly diagnostics: readonly Diagnostic[] } {
  let summary: Summary | undefined;
  const { diagnostics } = attempt(program, session, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const asked = graphsOf(request, model, c);
    if (!asked) return undefined;
    try {
      summary = summaryOf(asked);
    } catch (error) {
      if (!(error instanceof DimLimitError)) throw error;
      c.report("DM3116", model.declaration.name.span, { what: `a count of ${model.name}` });
    }
    return asked.train;
  });
  return summary ? { summary, diagnostics } : { diagnostics };
}

interface Asked {
  readonly train: Graph;
  readonly infer: Graph;
  readonly skips: readonly string[];
  readonly parts: readonly string[];
}

/** Both graphs of the model; of a part, which is cut out of what runs, one. */
function graphsOf(request: ModelRequest, model: DeclaredBlock, c: Context): Asked | undefined {
  const { train, infer, diagnostics } = elaborateBoth(model, c.session);
  for (const diagnostic of diagnostics) c.add(diagnostic);
  const [trained, inferred] = c.failed ? [] : [train.build(c.adds), infer.build(c.adds)];
  if (!trained || !inferred) return undefined;
  if (request.part === undefined)
    return { train: trained.graph, infer: inferred.graph, skips: train.skips, parts: partsOfModel(model) };
  const part = cutOut(request, model, inferred, c);
  return part && { train: part, infer: part, skips: [], parts: [] };
}

/** Counts are those of the train graph, which holds everything that is learned. */
function summaryOf({ train, infer, skips, parts }: Asked): Summary {
  const facts = new SizeFacts(train.rules.origins);
  const known = (dim: Dim): number | string => (isSymbolic(dim) ? facts.show(dim) : dim);
  const targets = resultsOfGraph(train).map(({ value }) => value);
  const outputs = ports(train, infer, "outputs");
  return {
    name: train.name,
    inputs: ports(train, infer, "inputs"),
    outputs,
    params: known(countParams(train.nodes)),
    buffers: known(countBuffers(train.nodes)),
    macs: known(countMacs(train, train.nodes)),
    depth: measureDepth(train.nodes, targets),
    ...fieldOf(train),
    peak: measurePeak(train, train.nodes, targets) ?? "depends on free sizes",
    nodes: train.nodes.length,
    shape: outputs[0]?.shape ?? "",
    requires: train.rules.text,
    skips,
    parts,
    annotations: train.provenance.filter(({ hasSettings }) => hasSettings),
  };
}

function fieldOf(graph: Graph): Pick<Summary, "rf" | "seen"> {
  const targets = seenTargets(graph);
  const rf = measureReceptiveField(graph.nodes, targets);
  const seen = measureSeen(graph.nodes, targets);
  const means = [rf].flat();
  const differs = seen?.some(({ least, most }, axis) => new Set([least, most, means[axis] ?? means[0]]).size > 1);
  return seen && differs ? { rf, seen } : { rf };
}

function ports(train: Graph, infer: Graph, which: "inputs" | "outputs"): readonly Port[] {
  const names = [...new Set([...train[which], ...infer[which]].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [inTrain, inInfer] = [train, infer].map((graph) => graph[which].find((port) => port.name === name));
    const port = inTrain ?? inInfer;
    if (!port) return [];
    const phase: { phase?: Phase } = inTrain && inInfer ? {} : { phase: inTrain ? "train" : "infer" };
    const text = typeText({ ...port.value.type, dtype: "f32" }, inTrain ? train : infer);
    return [{ name, dtype: port.value.type.dtype, shape: text, ...phase }];
  });
}
