// One use of an operator: parameters, shape rule, weights, node.
import type { Argument, Span } from "../../grammar/index.ts";
import { type Dim, DimLimitError, isSymbolic, variablesOf } from "../ir/dim.ts";
import type { ParamValue, ParamValues, TensorType, Weight } from "../ir/graph.ts";
import { type Composite, type Failure, isFailure, type OperatorName, operators, type Parameter, type Primitive, type Sizes, type WeightSpec } from "../ops/index.ts";
import { nodeLimit } from "./builder.ts";
import { type Context, Stop } from "./context.ts";
import { shortText } from "./expressions.ts";
import { readable } from "./joins.ts";
import { bindArguments, type Given } from "./parameters.ts";
import { below, type PathScope, type Scope } from "./scope.ts";
import { type BlockValue, holdsUnknown, int, kindOf, numberOf, show, showType, type Tensor, tensorOf, tensorsIn, unknown, unknownTensor, type Value } from "./values.ts";

export type OperatorValue = Extract<BlockValue, { kind: "operator" }>;

export const operatorNames: readonly string[] = Object.keys(operators);
export const isOperator = (name: string): name is OperatorName => Object.hasOwn(operators, name);
const table: Readonly<Record<string, Primitive | Composite>> = operators;
const definition = (name: string): Primitive | Composite => table[name] as Primitive | Composite;

/** Names that operators take as choices: `half`, `nearest`, `glorot_uniform`… */
export const choiceNames: ReadonlySet<string> = new Set(
  Object.values(table).flatMap((operator) =>
    Object.values(operator.params).flatMap((param) => (param.kind === "choice" ? param.choices : [])),
  ),
);

/** The operator as written in `scope`, with what the file's `defaults` say. */
export function operatorValue(name: string, scope: Scope, c: Context): OperatorValue {
  const defaults = scope.module.defaults.get(name);
  const plain: OperatorValue = { kind: "operator", name, args: new Map() };
  if (!defaults) return plain;
  const module: Scope = { ...scope, parent: undefined, names: new Map() };
  const { args } = callOperator(plain, defaults, defaults[0]?.span ?? scope.module.file.span, module, c);
  return { ...plain, args: new Map([...args].map(([param, given]) => [`defaults ${param}`, given])) };
}

/** Binds arguments; values are checked here, so that a wrong one is reported where it stands. */
export function callOperator(operator: OperatorValue, args: readonly Argument[], span: Span, scope: Scope, c: Context): OperatorValue {
  const { params } = definition(operator.name);
  const rest = Object.entries(params).find(([, param]) => param.kind === "sizes")?.[0];
  const given = bindArguments(operator.name, Object.keys(params), args, operator.args, span, scope, c, rest);
  const merged = new Map(operator.args);
  for (const [name, { value, span: place }] of given) {
    const param = params[name];
    const checked = param && checkParameter(operator.name, name, param, value, place, c);
    merged.set(name, { value: checked === undefined ? unknown : value, span: place });
  }
  return { ...operator, args: merged };
}

/** Re-binds parameters: `conv(8) with { k = 5 }`. */
export function rebindOperator(operator: OperatorValue, args: readonly Argument[], span: Span, scope: Scope, c: Context): OperatorValue {
  const kept = new Map([...operator.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
  return callOperator({ ...operator, args: kept }, args, span, scope, c);
}

function checkParameter(callee: string, name: string, param: Parameter, value: Value, span: Span, c: Context): ParamValue | undefined {
  if (value.kind === "unknown" || holdsUnknown(value)) return undefined;
  if (value.kind === "tensor") {
    c.report("DM3103", span, { param: name, callee });
    return undefined;
  }
  const result = readParameter(param, value);
  if (typeof result !== "object" || Array.isArray(result) || !("expected" in result)) return result as ParamValue;
  if (result.symbolic) {
    const variable = [...variablesOf(result.symbolic)][0] ?? "S";
    c.report("DM3115", span, { callee, param: name, actual: c.sizes.show(result.symbolic), variable });
  } else if (result.kind) c.report("DM3101", span, { param: name, callee, expected: result.expected, actual: value.kind === "str" ? "string" : kindOf(value) });
  else c.report("DM3114", span, { callee, param: name, expected: result.expected, actual: show(value) });
  return undefined;
}

interface Mismatch {
  readonly expected: string;
  /** The value is of another kind altogether. */
  readonly kind?: boolean;
  readonly symbolic?: Dim;
}

/** The value as the parameter's kind reads it, or what was expected. */
function readParameter(param: Parameter, value: Value): ParamValue | Mismatch {
  switch (param.kind) {
    case "size":
      return readWhole(value, param.min, true);
    case "int":
      return readWhole(value, param.min, false);
    case "pair": {
      if (value.kind !== "list" && value.kind !== "tuple") {
        const both = readWhole(value, param.min, false);
        return typeof both === "number" ? [both, both] : both;
      }
      return readWholes(value.items, param.min, false, 2);
    }
    case "sizes":
      return readWholes(value.kind === "list" ? value.items : [value], param.min, true);
    case "real": {
      const number = numberOf(value);
      if (number === undefined) return { expected: "float", kind: true };
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = param;
      return number >= min && number <= max ? number : { expected: `a number ${rangeText(min, max)}` };
    }
    case "flag":
      return value.kind === "bool" ? value.value : { expected: "bool", kind: true };
    case "choice":
      if (value.kind !== "str") return { expected: `one of ${param.choices.join(", ")}`, kind: true };
      return param.choices.includes(value.value) ? value.value : { expected: `one of ${param.choices.join(", ")}` };
  }
}

function rangeText(min: number, max: number): string {
  if (!Number.isFinite(max)) return `of at least ${min}`;
  return Number.isFinite(min) ? `from ${min} to ${max}` : `of at most ${max}`;
}

function readWhole(value: Value, min: number, symbolic: boolean): Dim | Mismatch {
  if (value.kind === "int" && isSymbolic(value.dim)) return symbolic ? value.dim : { expected: "a number", symbolic: value.dim };
  const number = numberOf(value);
  if (number === undefined) return { expected: "int", kind: true };
  const least = Number.isFinite(min) ? ` of at least ${min}` : "";
  return Number.isSafeInteger(number) && number >= min ? number : { expected: `a whole number${least}` };
}

function readWholes(items: readonly Value[], min: number, symbolic: boolean, count?: number): readonly Dim[] | Mismatch {
  if (count !== undefined && items.length !== count) return { expected: "a number or [height, width]" };
  const dims: Dim[] = [];
  for (const item of items) {
    const dim = readWhole(item, min, symbolic);
    if (typeof dim === "object" && "expected" in dim) return dim;
    dims.push(dim);
  }
  return dims;
}

/** All parameters of a use; undefined when one is missing, wrong or open. */
function parametersOf(operator: OperatorValue, span: Span, c: Context): ParamValues | undefined {
  const values: Record<string, ParamValue> = {};
  let complete = true;
  for (const [name, param] of Object.entries(definition(operator.name).params)) {
    const given: Given | undefined = operator.args.get(name) ?? operator.args.get(`defaults ${name}`);
    if (given) {
      const value = checkParameter(operator.name, name, param, given.value, given.span, c);
      if (value === undefined) complete = false;
      else values[name] = value;
    } else if (param.default !== undefined) {
      values[name] = defaultValue(param);
    } else {
      c.report("DM3111", span, { callee: operator.name, param: name });
      complete = false;
    }
  }
  return complete ? values : undefined;
}

function defaultValue(param: Parameter): ParamValue {
  if (param.kind === "pair") return [param.default ?? 1, param.default ?? 1];
  return param.default as ParamValue;
}

export interface OperatorUse {
  readonly operator: OperatorValue;
  readonly input: Value;
  readonly paths: PathScope;
  /** The path segment of the node: an `as` name, the name of a share, or the operator. */
  readonly segment: string;
  /** Set where the operator itself is shared: its weights live there. */
  readonly sharedWeights?: string;
  readonly span: Span;
}

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

function expandComposite(use: OperatorUse, operator: Composite, inputs: readonly Tensor[] | "unknown", params: ParamValues, c: Context): Value {
  if (inputs === "unknown") return unknownTensor;
  const paths = use.paths.child(use.segment);
  const call = (name: string, values: readonly unknown[], given: Readonly<Record<string, ParamValue>> = {}): Value => {
    const args = new Map(Object.entries(given).map(([param, value]) => [param, { value: paramAsValue(value), span: use.span }]));
    const items = values as readonly Value[];
    const input: Value = items.length === 1 ? (items[0] ?? unknown) : { kind: "tuple", items };
    return applyOperator({ operator: { kind: "operator", name, args }, input, paths, segment: name, span: use.span }, c);
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

/** The tensors that flow in, counted and readable; undefined after a report. */
function readInputs(use: OperatorUse, operator: Primitive | Composite, c: Context): readonly Tensor[] | "unknown" | undefined {
  const { input, span } = use;
  const callee = use.operator.name;
  const wanted = operator.inputs === "many" ? undefined : operator.inputs;
  const items = flatten(input);
  const wrong = items.find((item) => item.kind !== "tensor" && item.kind !== "unknown");
  if (wrong) {
    c.report("DM3101/value", span, { what: `what flows into ${callee}`, expected: "a tensor", actual: kindOf(wrong) });
    return undefined;
  }
  if (wanted && items.length !== wanted.length && !(input.kind === "unknown")) {
    reportCount(callee, wanted, items.length, span, c);
    return undefined;
  }
  const join = "join" in operator && operator.join === true;
  const tensors: Tensor[] = [];
  for (const item of items) {
    if (item.kind !== "tensor") return "unknown";
    if (!join && !readable(item.tensor, span, c)) return undefined;
    if (!item.tensor.dropped) tensors.push(item.tensor);
  }
  if (tensors.length > 0) return tensors;
  c.report("DM5301", span, { join: callee });
  return undefined;
}

function flatten(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "tuple"
    ? value.items.flatMap(flatten)
    : value.kind === "record"
      ? [...value.fields.values()].flatMap(flatten)
      : [value];
}

export function reportCount(callee: string, wanted: readonly string[], given: number, span: Span, c: Context): void {
  const count = wanted.length === 1 ? "1 input" : `${wanted.length} inputs`;
  const flows = given === 1 ? "one flows in" : given === 0 ? "none flows in" : `${given} flow in`;
  const help = wanted.length > 1 ? [`\`(${wanted.join(", ")}) -> ${callee}(…)\``] : [`choose one, or join them first: \`(a, b) -> concat -> ${callee}\``];
  c.report("DM3112", span, { callee, count, names: wanted.join(", "), given: flows }, { help });
}

function applyPrimitive(use: OperatorUse, operator: Primitive, inputs: readonly Tensor[], params: ParamValues, c: Context): Value {
  const types = inputs.map((tensor) => tensor.type);
  c.builder.count += 1n;
  c.builder.work += 1;
  // What is looked at node by node cannot be counted ahead, but it can be stopped at the limit.
  if (c.builder.work > nodeLimit) {
    c.report("DM3209", use.span, { name: c.frames[0]?.block.name ?? "this", count: `more than ${nodeLimit}`, limit: nodeLimit });
    throw new Stop();
  }
  const results = shapeOf(use, operator, types, params, c);
  if (!results) return unknownTensor;
  if (operator.effect === "random" && c.phase === "infer") c.phased = true;
  const path = claimPath(use, operator, types, params, c);
  const outputs = c.mode === "build" ? emit(use, path, inputs, params, results, c) : undefined;
  const absent = inputs.find((tensor) => tensor.absent)?.absent;
  const tensors = results.map((type, index): Value => {
    const value = outputs?.[index];
    return tensorOf({ type, ...(value ? { value } : {}), ...(absent ? { absent } : {}) });
  });
  if (!operator.outputs) return tensors[0] ?? unknownTensor;
  return { kind: "record", fields: new Map(operator.outputs.map((name, index) => [name, tensors[index] ?? unknownTensor])) };
}

function shapeOf(use: OperatorUse, operator: Primitive, types: readonly TensorType[], params: ParamValues, c: Context): readonly TensorType[] | undefined {
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
    c.report("DM3116", use.span, { what: `a size of ${use.operator.name}` });
    return undefined;
  }
}

function questions(use: OperatorUse, c: Context): Sizes {
  const asker = c.asker(`\`${shortText(use.span)}\``, use.span);
  return {
    equal: (a, b) => c.sizes.require(a, "==", b, asker),
    atLeast: (a, minimum) => c.sizes.require(a, ">=", minimum, asker),
    divisible: (a, by) => c.sizes.divisible(a, by, asker),
    show: (a) => c.sizes.show(a),
    showType: (type) => showType(type, (dim) => c.sizes.show(dim)),
  };
}

export function reportFailure(failure: Failure, span: Span, c: Context): void {
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
    c.report("DM3210", use.span, { name: `the result of ${use.operator.name}`, count: dim > dimLimit ? dim : elements, what, limit: dim > dimLimit ? "2^31 - 1" : "2^40" });
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
function claimPath(use: OperatorUse, operator: Primitive, types: readonly TensorType[], params: ParamValues, c: Context): ClaimedPath {
  const { segment, counted } = use.paths.claim(use.segment);
  const specs = Object.entries(operator.weights(types, params as never));
  const weights = use.sharedWeights ?? below(use.paths.weights, segment);
  if (specs.length > 0) c.builder.weighted++;
  if (counted && specs.length > 0) c.fragilePath(segment, use.span);
  if (c.shares.length > 0) checkShared(use, weights, specs, types, c);
  return { node: below(use.paths.nodes, segment), weights, specs };
}

/** Uses of a shared block must agree on every weight (DM5201), also before anything is built. */
function checkShared(use: OperatorUse, prefix: string, specs: ClaimedPath["specs"], types: readonly TensorType[], c: Context): void {
  for (const [role, spec] of specs) {
    const first = c.builder.sharedUse(below(prefix, role), spec.dims, use.span, types[0]);
    if (!first) continue;
    const channels = (type: TensorType | undefined) => `${c.sizes.show(type?.dims.at(-1) ?? 0)} channels`;
    const labels = first.span.start === use.span.start ? [] : [{ span: first.span, text: `first used here, ${channels(first.input)}` }];
    c.report("DM5201", use.span, { name: c.shares[0] ?? prefix }, { labels, notes: [`here ${channels(types[0])} flow in, ${channels(first.input)} at the first use`] });
    return;
  }
}

function emit(use: OperatorUse, path: ClaimedPath, inputs: readonly Tensor[], params: ParamValues, types: readonly TensorType[], c: Context) {
  const weights: Record<string, Weight> = {};
  for (const [role, spec] of path.specs) weights[role] = c.builder.weight(below(path.weights, role), spec);
  const values = inputs.map((tensor) => tensor.value).filter((value) => value !== undefined);
  return c.builder.node({ op: use.operator.name, inputs: values, types, params, weights, path: path.node, origin: { span: use.span, chain: c.chain() } });
}
