// For tests of operators: questions about sizes, answered without a model around them, and arrays of
// numbers that look random but are the same every time.

import type { ParamValues, TensorType } from "../ir/graph.ts";
import { messages } from "../messages/messages.ts";
import type { Dim } from "../sizes/dim/dim.ts";
import { assumedSizes, usualLeading } from "./graph-builder.ts";
import { count } from "./kit/ndarray.ts";
import { type Composite, isFailure, type NDArray, type Primitive, type Sizes } from "./kit/primitive.ts";

export const openSizes: Sizes = assumedSizes(1);

export type Values = ParamValues;

/** The defaults of an operator with some values given. */
function valuesOf(operator: Primitive | Composite, given: Values = {}): Values {
  const values: Record<string, ParamValues[string]> = {};
  for (const [name, param] of Object.entries(operator.params)) {
    if (param.default !== undefined)
      values[name] = param.kind === "pair" ? [param.default, param.default] : param.default;
  }
  return { ...values, ...given };
}

/** The table has forgotten the exact types of an operator's own parameters. */
export const typed = (operator: Primitive, given: Values): never => valuesOf(operator, given) as never;

export const tensor = (...dims: Dim[]): TensorType => ({ dtype: "f32", dims });

export function shapesOf(
  operator: Primitive,
  inputs: readonly TensorType[],
  given: Values = {},
): readonly TensorType[] {
  const result = operator.shape(inputs, typed(operator, given), sizesFor(inputs));
  if (isFailure(result)) throw new Error(failureText(operator, inputs, given));
  return "dims" in result ? [result] : result;
}

const sizesFor = ([first]: readonly TensorType[]): Sizes => assumedSizes(usualLeading(first?.dims.length ?? 0));

/** "DM4203: dense wants …": the code and message that a use raises. */
export function failureText(operator: Primitive, inputs: readonly TensorType[], given: Values = {}): string {
  const result = operator.shape(inputs, typed(operator, given), sizesFor(inputs));
  if (!isFailure(result)) return "no failure";
  const text = messages[result.failure].message.replaceAll(/\{(\w+)\}/g, (_, slot: string) =>
    String(result.slots[slot]),
  );
  return [`${result.failure}: ${text}`, ...(result.help ?? []).map((line) => `help: ${line}`)].join("\n");
}

/** Numbers between -1 and 1 that repeat only after a long while. */
export function numbers(dims: readonly number[], seed = 1): NDArray {
  let state = seed;
  const next = () => {
    state = (state * 16807) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
  return { dims, data: Float64Array.from({ length: count(dims) }, next) };
}

export const array = (dims: readonly number[], data: readonly number[]): NDArray => ({
  dims,
  data: Float64Array.from(data),
});

export const concrete = (type: TensorType): readonly number[] =>
  type.dims.map((dim) => (typeof dim === "number" ? dim : Number.NaN));

/** Weights with numbers of their own; a variance is positive. */
export function randomWeights(
  operator: Primitive,
  inputs: readonly TensorType[],
  given: Values = {},
): Record<string, NDArray> {
  const specs = Object.entries(operator.weights(inputs, typed(operator, given)));
  return Object.fromEntries(
    specs.map(([role, spec], index) => {
      const drawn = numbers(concrete({ dtype: "f32", dims: spec.dims }), index + 7);
      return [role, role === "moving_variance" ? { ...drawn, data: drawn.data.map((x) => x + 1.5) } : drawn];
    }),
  );
}

export interface Run {
  readonly given?: Values;
  readonly weights?: Readonly<Record<string, NDArray>>;
  readonly phase?: "train" | "infer";
}

export function evaluate(
  operator: Primitive,
  inputs: readonly NDArray[],
  { given = {}, weights = {}, phase = "infer" }: Run = {},
): readonly NDArray[] {
  if (typeof operator.evaluate !== "function") throw new Error(operator.evaluate.unsupported);
  const types = inputs.map(({ dims }) => tensor(...dims));
  const outputs = shapesOf(operator, types, given).map(concrete);
  const result = operator.evaluate(inputs, typed(operator, given), weights, phase, outputs);
  return "data" in result ? [result] : result;
}
