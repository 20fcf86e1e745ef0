// A part whose inputs have other types than the values inside: every shape rule behind them is asked again. What holds
// for some sizes only becomes known of them, as in a whole model.
import { rebuilt } from "../../ir/cut.ts";
import type { Graph, Node, TensorType, Value } from "../../ir/graph.ts";
import { sameType } from "../../ir/verify.ts";
import { assumedSizes, usualLeading } from "../../ops/graph-builder.ts";
import { type Failure, isFailure, type Sizes } from "../../ops/index.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import { type Dim, DimLimitError, sameDim } from "../../sizes/dim/dim.ts";
import type { Context } from "../state/context.ts";
import { shortText } from "../text/source-text.ts";
import { showType } from "../values/show.ts";

/** What a weight would become. */
export interface ChangedWeight {
  readonly path: string;
  readonly whole: string;
  readonly found: string;
}

/** The types of what is computed from the inputs; undefined after a report, or with a weight of another shape. */
export function retyped(graph: Graph, c: Context): Graph | ChangedWeight | undefined {
  const before = new Map(graph.nodes.map((node) => [node.path, node]));
  const moved = new Set<Value>(graph.inputs.map(({ value }) => value));
  let problem: ChangedWeight | "reported" | undefined;
  const result = rebuilt(graph, new Map(), (node) => {
    if (problem || !node.inputs.some((input) => moved.has(input) || !isOf(input, before, node))) return {};
    const types = typesOf(node, leadingOf(before.get(node.path) ?? node), c);
    problem = types ? changedIn(node, c) : "reported";
    return types ? { types } : {};
  });
  return problem === "reported" ? undefined : (problem ?? result);
}

/** Whether the node read this very value before. */
const isOf = (input: Value, before: ReadonlyMap<string, Node>, node: Node): boolean =>
  before.get(node.path)?.inputs.includes(input) ?? false;

function typesOf(node: Node, leading: number, c: Context): readonly TensorType[] | undefined {
  const { span, chain } = node.origin;
  const types = node.inputs.map(({ type }) => type);
  try {
    const result = primitiveOf(node).shape(types, node.params as never, questions(node, leading, c));
    c.reportConflicts(span);
    if (!isFailure(result)) return "dims" in result ? [result] : result;
    reportFailure(result, node, c);
  } catch (error) {
    if (!(error instanceof DimLimitError)) throw error;
    c.report("DM3116", span, { what: `a size of ${node.op}` }, { chain });
  }
  return undefined;
}

function questions({ origin: { span, chain } }: Node, leading: number, c: Context): Sizes {
  const asker = { text: `\`${shortText(span)}\``, span, chain: () => chain };
  return {
    equal: (a, b) => c.sizes.require(a, "==", b, asker),
    atLeast: (a, minimum) => c.sizes.require(a, ">=", minimum, asker),
    divisible: (a, by) => c.sizes.divisible(a, by, asker),
    leading,
    show: (a) => c.sizes.show(a),
    showType: (type) => showType(type, (dim) => c.sizes.show(dim)),
  };
}

function reportFailure({ failure, slots, notes = [], help = [] }: Failure, { origin }: Node, c: Context): void {
  c.report(failure, origin.span, slots as never, { notes, help, chain: origin.chain });
}

/** The leading axes of the body that a node was written in: with them its rule gave the types that it has. */
function leadingOf(node: Node): number {
  const types = node.inputs.map(({ type }) => type);
  const rank = types[0]?.dims.length ?? 0;
  const usual = usualLeading(rank);
  const candidates = [usual, ...Array.from({ length: rank }, (_, i) => i + 1)];
  const fits = (leading: number): boolean => {
    const result = primitiveOf(node).shape(types, node.params as never, assumedSizes(leading));
    const outputs = isFailure(result) ? [] : "dims" in result ? [result] : result;
    return node.outputs.every(({ type }, i) => outputs[i] !== undefined && sameType(outputs[i], type));
  };
  return candidates.find(fits) ?? usual;
}

function changedIn(node: Node, c: Context): ChangedWeight | undefined {
  const types = node.inputs.map(({ type }) => type);
  const specs = primitiveOf(node).weights(types, node.params as never);
  const show = (dims: readonly Dim[]): string => `[${dims.map((dim) => c.sizes.show(dim)).join(", ")}]`;
  for (const [role, { dims }] of Object.entries(specs)) {
    const weight = node.weights[role];
    if (weight && !(weight.dims.length === dims.length && weight.dims.every((dim, i) => sameDim(dim, dims[i] ?? 0))))
      return { path: weight.path, whole: show(weight.dims), found: show(dims) };
  }
  return undefined;
}
