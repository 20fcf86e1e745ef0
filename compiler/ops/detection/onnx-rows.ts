// Rows that are sorted, gathered and padded, in ONNX.
import { type Dim, evaluateDim, isSymbolic, variable, variablesOf } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { OnnxEmitter, OnnxType } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";

export type Dims = readonly Dim[];

export const i64 = (dims: Dims): OnnxType => ({ dtype: "i64", dims });

/** Codes of types in TensorProto.DataType. */
const codes = { f32: 1, i32: 6, i64: 7 } as const;

export const cast = (x: string, dtype: keyof typeof codes, dims: Dims, emit: OnnxEmitter): string =>
  emit.node("Cast", [x], { to: codes[dtype] }, { dtype, dims });

export const whole = (emit: OnnxEmitter, ...values: readonly number[]): string =>
  emit.constant("i64", [values.length], values);
export const number = (emit: OnnxEmitter, value: number): string => emit.constant("f32", [], [value]);

export const unsqueeze = (x: string, axis: number, type: OnnxType, emit: OnnxEmitter): string =>
  emit.node("Unsqueeze", [x, whole(emit, axis)], {}, type);

/** `from` to `to` of the last axis. */
export const columns = (x: string, [from, to]: readonly [number, number], type: OnnxType, emit: OnnxEmitter): string =>
  emit.node("Slice", [x, whole(emit, from), whole(emit, to), whole(emit, -1)], {}, type);

export interface Ranked {
  readonly values: string;
  readonly places: string;
}

/** The largest values of each row, best first, and where they stand; `dims` is [.., k]. ONNX sets equal ones in order. */
export function bestOfRows(x: string, dims: Dims, emit: OnnxEmitter): Ranked {
  const attributes = { axis: -1, largest: 1, sorted: 1 };
  const [values = "", places = ""] = emit.several("TopK", [x, whole(emit, Number(nth(dims, -1)))], attributes, [
    f32(dims),
    i64(dims),
  ]);
  return { values, places };
}

interface Filled extends Ranked {
  /** Which values are there, where there may be fewer than are wanted. */
  readonly isThere?: string;
}

/** The best `k` of rows [N, M] whatever M is: a spare value is 0. */
export function bestOrNone(x: string, dims: Dims, k: number, emit: OnnxEmitter): Filled {
  const [lead, m] = [dims.slice(0, -1), nth(dims, -1)];
  const out = [...lead, k];
  if (leastOf(m) >= k) return bestOfRows(x, out, emit);
  const longer = [...lead, variable(`rows of ${x}`)];
  const padded = padRows(x, longer, { axis: lead.length, count: k, value: Number.NEGATIVE_INFINITY }, emit);
  const { values, places } = bestOfRows(padded, out, emit);
  const isThere = emit.node("Less", [places, emit.sizes([m])], {}, { dtype: "bool", dims: out });
  return { values: emit.node("Where", [isThere, values, number(emit, 0)], {}, f32(out)), places, isThere };
}

/** The least number that a size can be, where all of its terms grow. */
function leastOf(dim: Dim): number {
  if (!isSymbolic(dim)) return dim;
  const ones = new Map([...variablesOf(dim)].map((name) => [name, 1]));
  return dim.terms.every(({ coefficient }) => coefficient > 0) ? evaluateDim(dim, ones) : 0;
}

/** Rows [.., k, C] of tables [.., M, C] at `places` [.., k]. */
export function gatherRows(table: string, places: string, dims: Dims, emit: OnnxEmitter): string {
  const last = dims.length - 1;
  const one = unsqueeze(places, last, i64([...dims.slice(0, -1), 1]), emit);
  const repeats = [...dims.slice(0, -1).map(() => 1), Number(nth(dims, -1))];
  const all = emit.node("Expand", [one, whole(emit, ...repeats)], {}, i64(dims));
  return emit.node("GatherElements", [table, all], { axis: last - 1 }, f32(dims));
}

export interface Padding {
  readonly axis: number;
  readonly count: number;
  readonly value: number;
}

/** More rows behind those of `x`; `dims` are those of the result. */
export function padRows(x: string, dims: Dims, { axis, count, value }: Padding, emit: OnnxEmitter): string {
  const pads = [...dims.map(() => 0), ...dims.map((_, at) => (at === axis ? count : 0))];
  return emit.node("Pad", [x, whole(emit, ...pads), number(emit, value)], { mode: "constant" }, f32(dims));
}

/** Boxes [.., 4·A] as [.., A, 4]. */
export function boxesApart(x: string, dims: Dims, emit: OnnxEmitter): { readonly apart: string; readonly dims: Dims } {
  const apart = [...dims.slice(0, -1), Number(nth(dims, -1)) / 4, 4];
  return { apart: emit.reshape(x, apart, f32(apart)), dims: apart };
}
