// One use of an operator: shape rule, weights, node.

import type { Span } from "../../../grammar/index.ts";
import type { ParamValue, ParamValues, TensorType, Weight } from "../../ir/graph.ts";
import {
  type Composite,
  type Failure,
  isFailure,
  type Primitive,
  type Sizes,
  type WeightSpec,
} from "../../ops/index.ts";
import { type Dim, DimLimitError } from "../../sizes/dim/dim.ts";
import { nodeLimit } from "../state/builder.ts";
import { type Context, Stop } from "../state/context.ts";
import { blamesRecursion } from "../state/depth.ts";
import { shortText } from "../text/source-text.ts";
import { definition } from "../text/vocabulary.ts";
import { tensorsIn } from "../values/data.ts";
import { below } from "../values/paths.ts";
import { showType } from "../values/show.ts";
import { int, type Tensor, tensorOf, unknown, unknownTensor, type Value } from "../values/value.ts";
import { type OperatorUse, readInputs } from "./operator-inputs.ts";
import { parametersOf } from "./operator-parameters.ts";

/** Applies an operator to what flows in, and answers what flows out. */
export function applyOperator(use: OperatorUse, c: Context): Value {
  const operator = definition(use.operator.name);
  const params = parametersOf(use.operator, use.span, c);
  const inputs = readInputs(use, operator, c);
  if (!inputs || !params) return unknownTensor;
  if ("expand" in operator) return expandComposite(use, operator, inputs, params, c);
  if (inputs === "unknown") return unknownTensor;
  if (operator.join && inputs.length === 1 && tensorsIn(use.input).length > 1) return tensorOf(inputs[0] as Tensor);
  return applyPrimitive(use, operator, inputs, params, c);
}

function expandComposite(
  use: OperatorUse,
  operator: Composite,
  inputs: readonly Tensor[] | "unknown",
  params: ParamValues,
  c: Context,
): Value {
  if (inputs === "unknown") return unknownTensor;
  const paths = use.paths.child(use.segment);
  const call = (name: string, values: readonly unknown[], given: Readonly<Record<string, ParamValue>> = {}): Value => {
    const args = new Map(
      Object.entries(given).map(([param, value]) => [param, { value: paramAsValue(value), span: use.span }]),
    );
    const items = values as readonly Value[];
    const input: Value = items.length === 1 ? (items[0] ?? unknown) : { kind: "tuple", items };
    return applyOperator(
      { operator: { kind: "operator", name, args }, input, paths, segment: name, span: use.span },
      c,
    );
  };
  return operator.expand(inputs.map(tensorOf), params, call) as Value;
}

function paramAsValue(value: ParamValue): Value {
  if (typeof value === "boolean") return { kind: "bool", value };
  if (typeof value === "string") return { kind: "str", value };
  if (typeof value === "number") return Number.isInteger(value) ? int(value) : { kind: "float", value };
  if (Array.isArray(value)) return { kind: "list", items: value.map((item: Dim) => int(item)) };
  return int(value as Dim);
}

/** Of a shape rule and what it asks, in steps. */
const operatorCost = 24;
/** Of a node that is made; it was counted before. */
const nodeCost = 12;

function applyPrimitive(
  use: OperatorUse,
  operator: Primitive,
  inputs: readonly Tensor[],
  params: ParamValues,
  c: Context,
): Value {
  const types = inputs.map((tensor) => tensor.type);
  c.step(use.span, c.mode.builds ? nodeCost : operatorCost);
  c.builder.count += 1n;
  c.builder.work += 1;
  // What is looked at node by node cannot be counted ahead, but it can be stopped at the limit.
  if (c.builder.work > nodeLimit) {
    c.report("DM3209", use.span, {
      name: c.frames[0]?.block.name ?? "this",
      count: `more than ${nodeLimit}`,
      limit: nodeLimit,
    });
    throw new Stop();
  }
  const results = shapeOf(use, operator, types, params, c);
  if (!results) return unknownTensor;
  const path = claimPath(use, operator, types, params, c);
  const outputs = c.mode.builds ? emit(use, path, inputs, params, results, c) : undefined;
  const absent = inputs.find((tensor) => tensor.absent)?.absent;
  const tensors = results.map((type, index): Value => {
    const value = outputs?.[index];
    return tensorOf({ type, ...(value ? { value } : {}), ...(absent ? { absent } : {}) });
  });
  if (!operator.outputs) return tensors[0] ?? unknownTensor;
  if (operator.outputs === "many") return { kind: "tuple", items: tensors };
  return {
    kind: "record",
    fields: new Map(operator.outputs.map((name, index) => [name, tensors[index] ?? unknownTensor])),
  };
}

function shapeOf(
  use: OperatorUse,
  operator: Primitive,
  types: readonly TensorType[],
  params: ParamValues,
  c: Context,
): readonly TensorType[] | undefined {
  const result = limited(use, c, () => operator.shape(types, params as never, questions(use, c)));
  c.reportConflicts(use.span);
  if (result === undefined) return undefined;
  if (isFailure(result)) {
    reportFailure(result, use.span, c);
    return undefined;
  }
  const results: readonly TensorType[] = "dims" in result ? [result] : result;
  return results.every((type) => withinLimits(type, use, c)) ? results : undefined;
}

function limited<Result>(use: OperatorUse, c: Context, compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof DimLimitError)) throw error;
    const what = `a size of ${use.operator.name}`;
    if (!blamesRecursion(use.span, `${what} is past 2^53`, c)) c.report("DM3116", use.span, { what });
    return undefined;
  }
}

function questions(use: OperatorUse, c: Context): Sizes {
  const asker = c.asker(`\`${shortText(use.span)}\``, use.span);
  return {
    equal: (a, b) => c.sizes.require(a, "==", b, asker),
    atLeast: (a, minimum) => c.sizes.require(a, ">=", minimum, asker),
    divisible: (a, by) => c.sizes.divisible(a, by, asker),
    leading: c.leading,
    show: (a) => c.sizes.show(a),
    showType: (type) => showType(type, (dim) => c.sizes.show(dim)),
  };
}

function reportFailure(failure: Failure, span: Span, c: Context): void {
  const details = { notes: failure.notes ?? [], help: failure.help ?? [] };
  c.report(failure.failure, span, failure.slots as never, details);
}

const dimLimit = 2 ** 31 - 1;

const elementLimit = 2 ** 40;

function withinLimits(type: TensorType, use: OperatorUse, c: Context): boolean {
  let elements = 1;
  for (const dim of type.dims) {
    if (typeof dim !== "number") continue;
    elements *= dim;
    if (dim <= dimLimit && elements <= elementLimit) continue;
    const what = dim > dimLimit ? "elements on one axis" : "elements";
    const count = dim > dimLimit ? dim : elements;
    const name = `the result of ${use.operator.name}`;
    if (!blamesRecursion(use.span, `${name} has ${count} ${what}`, c))
      c.report("DM3210", use.span, { name, count, what, limit: dim > dimLimit ? "2^31 - 1" : "2^40" });
    return false;
  }
  return true;
}

interface ClaimedPath {
  readonly node: string;
  readonly weights: string;
  readonly specs: readonly (readonly [role: string, spec: WeightSpec])[];
}

/** The path of the node, and its weights; a path that hangs on a counter is pointed out once. */
function claimPath(
  use: OperatorUse,
  operator: Primitive,
  types: readonly TensorType[],
  params: ParamValues,
  c: Context,
): ClaimedPath {
  const { segment, counted } = use.paths.claim(use.segment);
  const specs = Object.entries(operator.weights(types, params as never));
  const weights = use.sharedWeights ?? below(use.paths.weights, segment);
  if (specs.length > 0) c.builder.weighted++;
  if (counted && specs.length > 0 && !use.sharedWeights) c.fragilePath(segment, use.span);
  if (c.shares.length > 0) checkShared(use, weights, specs, types, c);
  return { node: below(use.paths.nodes, segment), weights, specs };
}

/** Uses of a shared block must agree on every weight (DM5201), also before anything is built. */
function checkShared(
  use: OperatorUse,
  prefix: string,
  specs: ClaimedPath["specs"],
  types: readonly TensorType[],
  c: Context,
): void {
  for (const [role, spec] of specs) {
    const first = c.builder.sharedUse(below(prefix, role), spec.dims, use.span, types[0]);
    if (!first) continue;
    const channels = (type: TensorType | undefined) => `${c.sizes.show(type?.dims.at(-1) ?? 0)} channels`;
    const labels =
      first.span.start === use.span.start
        ? []
        : [{ span: first.span, text: `first used here, ${channels(first.input)}` }];
    c.report(
      "DM5201",
      use.span,
      { name: c.shares[0] ?? prefix },
      { labels, notes: [`here ${channels(types[0])} flow in, ${channels(first.input)} at the first use`] },
    );
    return;
  }
}

function emit(
  use: OperatorUse,
  path: ClaimedPath,
  inputs: readonly Tensor[],
  params: ParamValues,
  types: readonly TensorType[],
  c: Context,
) {
  const weights: Record<string, Weight> = {};
  const shared = c.shares.length > 0;
  for (const [role, spec] of path.specs) weights[role] = c.builder.weight(below(path.weights, role), spec, shared);
  const values = inputs.map((tensor) => tensor.value).filter((value) => value !== undefined);
  return c.builder.node({
    op: use.operator.name,
    inputs: values,
    types,
    params,
    weights,
    path: path.node,
    origin: { span: use.span, chain: c.chain() },
  });
}
