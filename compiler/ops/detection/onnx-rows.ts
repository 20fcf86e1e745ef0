// Rows that are sorted, gathered and padded, in ONNX.
import { addDims, type Dim, evaluateDim, isSymbolic, variable, variablesOf } from "../../sizes/dim/dim.ts";
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

interface Wanted {
  readonly k: number;
  /** What stands behind each row, `k` times, where it may have fewer values. */
  readonly fill?: number;
}

/**
 * The largest `k` values of each row of `x` [.., M], best first, and where they stand; ONNX sets equal ones in order.
 * onnxruntime ends the process where there is no row, so an empty row more is sorted where the batch is free.
 */
export function bestOfRows(x: string, dims: Dims, { k, fill }: Wanted, emit: OnnxEmitter): Ranked {
  const [first, last] = [nth(dims, 0), dims.length - 1];
  const mayBeEmpty = isSymbolic(first);
  const out = dims.with(last, k);
  const taken = mayBeEmpty ? out.with(0, addDims(first, 1)) : out;
  const longer = dims.with(0, nth(taken, 0)).with(last, fill === undefined ? nth(dims, -1) : variable(`rows of ${x}`));
  const more = dims.map((_, axis) => Number(axis === 0 && mayBeEmpty) + (axis === last && fill !== undefined ? k : 0));
  const padded = more.some((count) => count > 0) ? padEnds(x, longer, more, fill ?? 0, emit) : x;
  const attributes = { axis: -1, largest: 1, sorted: 1 };
  const best = emit.several("TopK", [padded, whole(emit, k)], attributes, [f32(taken), i64(taken)]);
  const cut = (name: string, type: OnnxType) =>
    mayBeEmpty ? emit.node("Slice", [name, whole(emit, 0), whole(emit, -1), whole(emit, 0)], {}, type) : name;
  return { values: cut(nth(best, 0), f32(out)), places: cut(nth(best, 1), i64(out)) };
}

interface Filled extends Ranked {
  /** Which values are there, where there may be fewer than are wanted. */
  readonly isThere?: string;
}

/** The best `k` of rows [.., M] whatever M is: a spare value is 0. */
export function bestOrNone(x: string, dims: Dims, k: number, emit: OnnxEmitter): Filled {
  const m = nth(dims, -1);
  if (leastOf(m) >= k) return bestOfRows(x, dims, { k }, emit);
  const out = dims.with(-1, k);
  const { values, places } = bestOfRows(x, dims, { k, fill: Number.NEGATIVE_INFINITY }, emit);
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

/** `count` more rows of zeros behind those of `x` on axis `axis`; `dims` are those of the result. */
export function padRows(x: string, dims: Dims, axis: number, count: number, emit: OnnxEmitter): string {
  const more = dims.map((_, at) => (at === axis ? count : 0));
  return padEnds(x, dims, more, 0, emit);
}

function padEnds(x: string, dims: Dims, more: readonly number[], value: number, emit: OnnxEmitter): string {
  const pads = [...dims.map(() => 0), ...more];
  return emit.node("Pad", [x, whole(emit, ...pads), number(emit, value)], { mode: "constant" }, f32(dims));
}

/** Boxes [.., 4·A] as [.., A, 4]. */
export function boxesApart(x: string, dims: Dims, emit: OnnxEmitter): { readonly apart: string; readonly dims: Dims } {
  const apart = [...dims.slice(0, -1), Number(nth(dims, -1)) / 4, 4];
  return { apart: emit.reshape(x, apart, f32(apart)), dims: apart };
}
