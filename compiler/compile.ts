// The whole compiler on one screen: text -> program -> model -> graph -> files. Reading and writing of files is the caller's
// business; request.ts, summary.ts and size-explanation.ts answer questions beside it.
import type { Diagnostic, Source } from "../grammar/index.ts";
import { reportLargeWeights, reportOpenWeights } from "./check/compute/metrics.ts";
import { checkProgram } from "./check/models/check.ts";
import { elaborateModel } from "./check/models/elaborate.ts";
import { elaborateBoth, newSession } from "./check/models/phases.ts";
import type { Session } from "./check/state/session.ts";
import { loadProgram, type Program, type Read } from "./check/text/program.ts";
import type { Graph, Phase } from "./ir/graph.ts";
import { type OptimizeOptions, optimize } from "./passes/index.ts";
import { attempt, cutOut, type ModelRequest, type Requested, requested, withNodesOf } from "./request.ts";

export interface Compilation<Files> {
  readonly read: Read;
  readonly request?: ModelRequest;
  readonly phase?: Phase;
  /** Absent for a target that shows the text as it was written. */
  readonly passes?: OptimizeOptions;
  readonly emit: (graph: Graph) => Files;
  readonly session?: Session;
}

/** Everything at once: the files of a model, or what is wrong with the text. Doubts come with the files. */
export function compile<Files>(
  source: Source,
  { read, request = {}, phase = "infer", passes, emit, session = newSession() }: Compilation<Files>,
): { readonly files?: Files; readonly diagnostics: readonly Diagnostic[] } {
  const program = loadProgram(source, read); // text -> trees
  const found = checkProgram(program, session); // what is wrong anywhere
  if (found.some(({ severity }) => severity === "error")) return { diagnostics: found };
  const { graph, diagnostics } = elaborate(program, request, phase, { session }); // trees -> graph
  if (!graph) return { diagnostics };
  const optimized = passes ? optimize(graph, passes) : graph; // graph -> graph
  return { files: emit(optimized), diagnostics: found }; // graph -> files
}

/** One phase of the requested model as a graph. `weights`: every weight must have a known shape (default). */
export function elaborate(
  program: Program,
  request: ModelRequest,
  phase: Phase,
  { weights = true, session = newSession() }: { readonly weights?: boolean; readonly session?: Session } = {},
): Requested {
  let whole: Graph | undefined;
  const found = attempt(program, session, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const { diagnostics, train } = elaborateBoth(model, c.session);
    for (const diagnostic of diagnostics) c.add(diagnostic);
    if (c.failed) return undefined;
    // Where nothing asks for the phase, one graph serves both.
    const elaborated = phase === "train" || !train.phased ? train : elaborateModel(model, phase, c.session);
    const built = elaborated.build(c.adds);
    const graph = built && (request.part === undefined ? built.graph : cutOut(request, model, built, c));
    if (!graph) return undefined;
    if (request.part !== undefined) whole = withNodesOf(built.graph, graph);
    if (weights && (reportOpenWeights(graph.nodes, graph, c) || reportLargeWeights(graph, c))) return undefined;
    return { ...graph, phase };
  });
  return found.graph && whole ? { ...found, whole: { ...whole, phase } } : found;
}

/** What is wrong with the requested model, in either phase; nothing is built unless the phases differ. */
export function checkModel(
  program: Program,
  request: ModelRequest,
  session: Session = newSession(),
): readonly Diagnostic[] {
  return attempt(program, session, (c) => {
    const model = requested(program, request, c);
    for (const diagnostic of model ? elaborateBoth(model, c.session).diagnostics : []) c.add(diagnostic);
    return undefined;
  }).diagnostics;
}
