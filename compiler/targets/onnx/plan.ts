// Decides, before anything is written, in which axis order each operator without a preference works.
// The aim is the fewest transposes: work in the order in which the inputs exist, unless the consumers
// of the result need the other one anyway.
import type { Graph, Node, Value } from "../../ir/graph.ts";
import type { OnnxLowering } from "../../ops/primitive.ts";
import type { Form, Layouts } from "./layout.ts";

interface Wants {
  first: boolean;
  logical: boolean;
}

export interface Plan {
  formOf(node: Node, layout: OnnxLowering["layout"], layouts: Layouts): Form;
}

/** What readers with a fixed order need of each value, and what all readers would like. */
export function planFor(
  graph: Graph,
  layoutOf: (node: Node) => OnnxLowering["layout"],
  interfaceForm: (value: Value) => Form,
): Plan {
  const fixed = new Map<Value, Wants>();
  const liked = new Map<Value, Wants>();
  const want = (map: Map<Value, Wants>, value: Value): Wants => {
    const known = map.get(value) ?? { first: false, logical: false };
    map.set(value, known);
    return known;
  };
  const need = (value: Value, form: Form): void => {
    const kind = form === "logical" ? "logical" : "first";
    want(fixed, value)[kind] = true;
    want(liked, value)[kind] = true;
  };
  for (const output of [...graph.outputs, ...graph.losses]) need(output.value, interfaceForm(output.value));
  for (const node of graph.nodes.toReversed()) {
    const layout = layoutOf(node);
    for (const input of node.inputs) {
      if (layout !== "any") need(input, layout === "logical" ? "logical" : "first");
      else if (!isFree(node)) need(input, "logical");
      else for (const output of node.outputs) pass(want(liked, output), want(liked, input));
    }
  }
  return { formOf: (node, layout, layouts) => formOf(node, layout, layouts, fixed, liked) };
}

function pass(from: Wants, to: Wants): void {
  to.first ||= from.first;
  to.logical ||= from.logical;
}

/** Both orders exist, and mean the same, where all tensors have the axes [.., H, W, C]. */
function isFree(node: Node): boolean {
  const rank = node.inputs[0]?.type.dims.length ?? 0;
  return rank >= 4 && [...node.inputs, ...node.outputs].every((value) => value.type.dims.length === rank);
}

type Wanted = ReadonlyMap<Value, Wants>;

function formOf(node: Node, layout: OnnxLowering["layout"], layouts: Layouts, fixed: Wanted, liked: Wanted): Form {
  if (layout !== "any") return layout === "logical" ? "logical" : "first";
  const [input] = node.inputs;
  if (!input || !isFree(node)) return "logical";
  const first = costOf("first", node, layouts, fixed, liked);
  const logical = costOf("logical", node, layouts, fixed, liked);
  if (first !== logical) return first < logical ? "first" : "logical";
  return layouts.home(input) === "logical" ? "logical" : "first";
}

/**
 * Conversions of inputs that would not happen otherwise, and of the result. A value that all readers
 * like in one order is converted as early as it can be: behind it there may be several branches.
 */
function costOf(form: "first" | "logical", node: Node, layouts: Layouts, fixed: Wanted, liked: Wanted): number {
  const other = form === "first" ? "logical" : "first";
  const agreed = (input: Value): boolean => liked.get(input)?.[form] === true && !liked.get(input)?.[other];
  const free = (input: Value): boolean =>
    layouts.has(input, form) || fixed.get(input)?.[form] === true || agreed(input);
  const converted = [...new Set(node.inputs)].filter((input) => !free(input)).length;
  return converted + node.outputs.filter((output) => liked.get(output)?.[other]).length;
}
