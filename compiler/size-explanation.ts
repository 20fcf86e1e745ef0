// Why a size works: the equations behind the size rule of one dimension.
import type { Diagnostic } from "../grammar/index.ts";
import { checkDimensions } from "./check/compute/dimensions.ts";
import { elaborateBoth, newSession } from "./check/models/phases.ts";
import type { Session } from "./check/state/session.ts";
import type { Program } from "./check/text/program.ts";
import type { Graph, SizeReason } from "./ir/graph.ts";
import { attempt, type ModelRequest, requested } from "./request.ts";
import { describeSizes } from "./sizes/set/describe.ts";
import { nearestSizes } from "./sizes/set/set.ts";

/** The equations that lead to the size rule of one dimension, in the order in which they were met. */
export interface SizeExplanation {
  readonly model: string;
  readonly dimension: string;
  /** "S % 32 == 0"; "" where every size works. */
  readonly rule: string;
  readonly reasons: readonly { readonly rule: string; readonly equation: string; readonly reason: SizeReason }[];
  /** The smallest sizes that work. */
  readonly examples: readonly number[];
  nearest(size: number): readonly number[];
}

export function explainSizes(
  program: Program,
  request: ModelRequest,
  dimension: string,
  session: Session = newSession(),
): { readonly explanation?: SizeExplanation; readonly diagnostics: readonly Diagnostic[] } {
  let explanation: SizeExplanation | undefined;
  const { diagnostics } = attempt(program, session, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const span = model.declaration.name.span;
    if (!checkDimensions(model, new Map([[dimension, { dim: 1, span }]]), c)) return undefined;
    const { train, diagnostics: found } = elaborateBoth(model, c.session);
    for (const diagnostic of found) c.add(diagnostic);
    const graph = c.failed ? undefined : train.build(c.adds)?.graph;
    if (graph) explanation = explanationOf(graph, dimension);
    return graph;
  });
  return explanation ? { explanation, diagnostics } : { diagnostics };
}

function explanationOf(graph: Graph, dimension: string): SizeExplanation {
  const sizes = graph.rules.sizes.get(dimension);
  const seen = new Set<string>();
  const reasons = graph.rules.reasons.flatMap((reason) => {
    const rule = describeSizes(reason.sizes, dimension);
    if (reason.variable !== dimension || seen.has(rule)) return [];
    seen.add(rule);
    return [{ rule, equation: reason.equation, reason }];
  });
  const examples: number[] = [];
  for (let size = 1; sizes && examples.length < 4 && size <= 100_000; size++) {
    const next = nearestSizes(sizes, size).find((candidate) => candidate >= size);
    if (next === undefined) break;
    examples.push(next);
    size = next;
  }
  return {
    model: graph.name,
    dimension,
    rule: sizes ? describeSizes(sizes, dimension) : "",
    reasons,
    examples,
    nearest: (size) => (sizes ? nearestSizes(sizes, size) : [size]),
  };
}
