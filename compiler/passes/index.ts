// The ordered list of passes; the only place that explains the order.
//
//  1. dead code first: nothing below looks at nodes that no output needs, and a value that only dead
//     nodes read as well has one reader fewer, so that more norms fold.
//  2. identities before the others: a dropout between a convolution and its norm would hide the pair.
//  3. common subexpressions before folding: of two equal convolutions one remains, so that the norms
//     behind them merge as well instead of both being folded into copies.
//  4. batch norms are folded last, as they replace weights: what was equal before must have met.
//  5. dead code again is not needed: every pass takes out what it replaces.
import type { Graph } from "../ir/graph.ts";
import { verified } from "../ir/verify.ts";
import { mergeCommonSubexpressions } from "./common-subexpressions.ts";
import { removeDeadCode } from "./dead-code.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { removeIdentities } from "./identities.ts";
import type { Pass } from "./rewrite.ts";
import { withUpdates } from "./updates.ts";

export interface OptimizeOptions {
  /** Multiplies batch norms into the layers before them; inference graphs only. */
  readonly fold: boolean;
}

interface Step {
  readonly name: string;
  readonly run: Pass;
  readonly when?: (options: OptimizeOptions) => boolean;
}

const passes: readonly Step[] = [
  { name: "dead code", run: removeDeadCode },
  { name: "identities", run: removeIdentities },
  { name: "common subexpressions", run: mergeCommonSubexpressions },
  { name: "batch norm folding", run: foldBatchNorm, when: (options) => options.fold },
];

export function optimize(graph: Graph, options: OptimizeOptions): Graph {
  const wanted = passes.filter((pass) => pass.when?.(options) ?? true);
  return wanted.reduce((current, pass) => verified(pass.run(current), pass.name), verified(graph, "building"));
}

export { removeDeadCode, withUpdates };
