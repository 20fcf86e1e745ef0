// The whole compiler on one screen: text -> program -> model -> graph. What is done with the graph, and
// reading and writing of files, is the caller's business.
import type { Diagnostic } from "../grammar/index.ts";
import { reportLargeWeights, reportOpenWeights } from "./check/compute/metrics.ts";
import { elaborateModel } from "./check/models/elaborate.ts";
import { elaborateBoth, newSession } from "./check/models/phases.ts";
import type { Session } from "./check/state/session.ts";
import type { Program } from "./check/text/program.ts";
import type { Phase } from "./ir/graph.ts";
import { attempt, type ModelRequest, type Requested, requested } from "./request.ts";

/** One phase of the requested model as a graph. `weights`: every weight must have a known shape (default). */
export function elaborate(
  program: Program,
  request: ModelRequest,
  phase: Phase,
  { weights = true, session = newSession() }: { readonly weights?: boolean; readonly session?: Session } = {},
): Requested {
  return attempt(program, session, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const { diagnostics, train } = elaborateBoth(model, c.session);
    for (const diagnostic of diagnostics) c.add(diagnostic);
    if (c.failed) return undefined;
    // Where nothing asks for the phase, one graph serves both.
    const elaborated = phase === "train" || !train.phased ? train : elaborateModel(model, phase, c.session);
    const graph = elaborated.build(c.adds)?.graph;
    if (!graph) return undefined;
    if (weights && (reportOpenWeights(graph.nodes, graph, c) || reportLargeWeights(graph, c))) return undefined;
    return { ...graph, phase };
  });
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
