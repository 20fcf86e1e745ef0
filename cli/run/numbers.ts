// Tensors of files as the numbers that an input takes: nothing is rounded, wrapped or cut without a word.
import { type DType, shapeText } from "../../checkpoints/index.ts";
import { formatDim, type Graph, type NDArray, type TensorType } from "../../compiler/index.ts";
import type { Port } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import type { StoredTensor } from "./files.ts";

/** NumPy's words. */
const words: Readonly<Record<DType, string>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
};
const taken: Readonly<Record<TensorType["dtype"], ReadonlySet<DType>>> = {
  f32: new Set(["F64", "F32", "F16", "BF16"]),
  i32: new Set(["I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8"]),
  bool: new Set(["BOOL"]),
};
const casts = { f32: "float32", i32: "int32", bool: "bool" } as const;

export interface InputNumbers {
  readonly array: NDArray;
  /** What was done to the numbers, where something was. */
  readonly note?: string;
}

export function checkType(input: string, dtype: TensorType["dtype"], tensor: StoredTensor): void {
  if (taken[dtype].has(tensor.dtype)) return;
  throw new Failure(exits.usage, `input ${input} is ${dtype}, but ${tensor.path} holds ${words[tensor.dtype]}`, [
    `save x.astype("${casts[dtype]}")`,
  ]);
}

/** `isDouble`: whether what reads the numbers computes in float64. */
export function numbersOfInput(
  input: string,
  dtype: TensorType["dtype"],
  tensor: StoredTensor,
  isDouble: boolean,
): InputNumbers {
  const data = Float64Array.from(tensor.numbers());
  const array = { dims: tensor.shape, data };
  if (dtype === "bool") return { array: { ...array, data: data.map((value) => Number(value !== 0)) } };
  if (dtype === "i32") return { array: withinInt32(input, array, tensor) };
  if (tensor.dtype !== "F64" || isDouble) return { array };
  const narrowed = data.map(Math.fround);
  const beyond = narrowed.findIndex((value, at) => Number.isFinite(data[at]) && !Number.isFinite(value));
  if (beyond >= 0) throw outside(input, array, tensor, beyond, "float32");
  return { array: { ...array, data: narrowed }, note: `${tensor.path}: input ${input} is rounded to float32` };
}

function withinInt32(input: string, array: NDArray, tensor: StoredTensor): NDArray {
  const beyond = array.data.findIndex((value) => value !== (value | 0));
  if (beyond >= 0) throw outside(input, array, tensor, beyond, "int32");
  return array;
}

function outside(input: string, { dims, data }: NDArray, { path }: StoredTensor, at: number, type: string): Failure {
  let rest = at;
  const index = dims.map((_, axis) => {
    const step = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
    const place = Math.floor(rest / step);
    rest %= step;
    return place;
  });
  return new Failure(
    exits.diagnostics,
    `${path}: ${data[at]} at [${index.join(", ")}] of input ${input} is beyond ${type}`,
  );
}

type Input = Graph["inputs"][number];

/** An input as messages show it. */
interface Shown {
  readonly name: string;
  readonly dtype: TensorType["dtype"];
  readonly dims: readonly string[];
}

const shownAs = ({ name, value: { type } }: Input, { rules }: Graph): Shown => ({
  name,
  dtype: type.dtype,
  dims: type.dims.map((dim) => formatDim(dim, rules.origins)),
});

/** Before sizes are read off a shape. */
export function checkRank(input: Input, tensor: StoredTensor, graph: Graph): void {
  expectRank(shownAs(input, graph), tensor);
}

/** `fixed`: the input of the model at the sizes that it runs at; `input`: the same as the text has it. */
export function checkShape(
  fixed: Input,
  input: Input,
  shape: readonly number[],
  tensor: StoredTensor,
  graph: Graph,
): void {
  const { dims } = fixed.value.type;
  const { dims: names } = shownAs(input, graph);
  // No boxes, no pictures: such a size stays free, as no text can fix it. A size with a rule is one of a map.
  const mayBeNothing = (place: number) =>
    shape[place] === 0 && graph.free.includes(names[place] ?? "") && !graph.rules.sizes.has(names[place] ?? "");
  const axis = dims.findIndex((dim, place) => dim !== shape[place] && !mayBeNothing(place));
  if (axis < 0) return;
  const [wanted, shown] = [dims[axis], shownAs(input, graph)];
  const reason = typeof wanted === "number" ? `must be ${wanted}` : "cannot be";
  throw misfit(shown, tensor, `${shape[axis]} ${reason} (${placeOf(shown, axis)})`);
}

/** The same of a file, whose free sizes have names. `sizes`: those that are known. */
export function checkPort(
  port: Port,
  dtype: TensorType["dtype"],
  tensor: StoredTensor,
  sizes: Map<string, number>,
): void {
  const shown = { name: port.name, dtype, dims: port.dims.map(String) };
  expectRank(shown, tensor);
  for (const [axis, dim] of port.dims.entries()) {
    const size = tensor.shape[axis] ?? 0;
    const wanted = typeof dim === "number" ? dim : isName(dim) ? (sizes.get(dim) ?? size) : size;
    if (wanted !== size) throw misfit(shown, tensor, `${size} must be ${wanted} (${placeOf(shown, axis)})`);
    if (typeof dim === "string") sizes.set(dim, size);
  }
}

/** PyTorch's files tell axes and no sizes. */
const isName = (dim: string): boolean => !/^axis\d+$/.test(dim);

function expectRank(shown: Shown, tensor: StoredTensor): void {
  const wanted = shown.dims.length;
  if (tensor.shape.length !== wanted)
    throw misfit(shown, tensor, `it must have ${wanted === 1 ? "1 axis" : `${wanted} axes`}`);
}

/** "S", and "axis 3" where the text has a number. */
const placeOf = ({ dims }: Shown, axis: number): string =>
  /^\d*$/.test(dims[axis] ?? "") ? `axis ${axis}` : (dims[axis] ?? "");

function misfit({ name, dtype, dims }: Shown, { path, shape }: StoredTensor, reason: string): Failure {
  const wanted = `input ${name} is ${dtype}[${dims.join(", ")}]`;
  return new Failure(exits.usage, `${wanted}, but ${path} holds ${shapeText(shape)}: ${reason}`);
}
