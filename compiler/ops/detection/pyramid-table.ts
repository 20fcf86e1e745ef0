// Crops of a feature pyramid in ONNX. The pixels of all levels lie in one table, and where a level begins in it, its size
// and its stride are looked up for each box: four gathers and a weighted sum make the crops.
import { addDims, type Dim, isSymbolic, multiplyDims } from "../../sizes/dim/dim.ts";
import { nth } from "../kit/nth.ts";
import type { OnnxEmitter } from "../kit/primitive.ts";
import { f32 } from "../kit/types.ts";
import { sideOf } from "./boxes.ts";
import { inserted } from "./tents.ts";

/** What decides which level a box reads. */
interface Choice {
  readonly finest: number;
  /** The area from which on the next level is read. */
  readonly areas: readonly number[];
}

type Pair = readonly [number, number];
type Compute = (opType: string, ...inputs: readonly string[]) => string;

/** Nodes that make floats of these dims. */
const computing =
  (dims: readonly Dim[], emit: OnnxEmitter): Compute =>
  (opType, ...inputs) =>
    emit.node(opType, inputs, {}, f32(dims));

/** The levels [N, H, W, C] as one table [N·P, C], and P. */
function tableOf(maps: readonly string[], emit: OnnxEmitter): { readonly table: string; readonly pixels: Dim } {
  const channels = nth(emit.outputType(0).dims, -1);
  const parts = maps.map((map, i) => {
    const [batch = 1, height = 1, width = 1] = emit.inputType(i).dims;
    const rows = f32([batch, multiplyDims(height, width), channels]);
    return { rows, name: emit.reshape(map, rows.dims, rows) };
  });
  const batch = nth(nth(parts, 0).rows.dims, 0);
  const pixels = parts.map(({ rows }) => nth(rows.dims, 1)).reduce<Dim>((a, b) => addDims(a, b), 0);
  const names = parts.map(({ name }) => name);
  const all = emit.node("Concat", names, { axis: 1 }, f32([batch, pixels, channels]));
  const table = f32([multiplyDims(batch, pixels), channels]);
  return { table: emit.reshape(all, table.dims, table), pixels };
}

/** [L, 4]: the last row and the last column of each level, its width, and where it begins in the table. */
function factsOf(levels: number, emit: OnnxEmitter): string {
  const facts: Dim[] = [];
  let start: Dim = 0;
  for (let i = 0; i < levels; i++) {
    const [, height = 1, width = 1] = emit.inputType(i).dims;
    facts.push(addDims(height, -1), addDims(width, -1), width, start);
    start = addDims(start, multiplyDims(height, width));
  }
  if (!facts.some(isSymbolic)) return emit.constant("f32", [levels, 4], facts.map(Number));
  const read = emit.node("Cast", [emit.sizes(facts)], { to: 1 }, f32([4 * levels]));
  return emit.reshape(read, [levels, 4], f32([levels, 4]));
}

/** [N, K] i32: which level each box reads. */
function levelOf(area: string, areas: readonly number[], lead: readonly Dim[], emit: OnnxEmitter): string {
  const dims = [...lead, areas.length];
  const bounds = emit.constant("f32", [areas.length], areas);
  const reached = emit.node("GreaterOrEqual", [area, bounds], {}, { dtype: "bool", dims });
  const ones = emit.node("Cast", [reached], { to: 1 }, f32(dims));
  const count = emit.node("ReduceSum", [ones, emit.constant("i64", [1], [2])], { keepdims: 0 }, f32(lead));
  return emit.node("Cast", [count], { to: 6 }, { dtype: "i32", dims: lead });
}

/** What a level says of each box that reads it, [N, K, width], from a table of levels. */
const lookUp = (table: string, level: string, width: number, lead: readonly Dim[], emit: OnnxEmitter): string =>
  emit.node("Gather", [table, level], { axis: 0 }, f32([...lead, width]));

/** Of every sample along an axis, [N, K, S]: the pixel below and the one above, and the weight of each. */
interface Taps {
  readonly ends: readonly [string, string];
  readonly weights: readonly [string, string];
}

function tapsOf(
  from: string,
  length: string,
  last: string,
  samples: number,
  compute: Compute,
  emit: OnnxEmitter,
): Taps {
  const middles = Array.from({ length: samples }, (_, i) => (i + 0.5) / samples);
  const place = compute("Add", from, compute("Mul", length, emit.constant("f32", [samples], middles)));
  const low = compute("Relu", compute("Floor", place));
  const one = emit.constant("f32", [], [1]);
  const part = compute("Sub", place, low);
  // The lesser of two, which WebGPU has no operator for; exact, as both are whole.
  const within = (pixel: string) => compute("Sub", last, compute("Relu", compute("Sub", last, pixel)));
  return { ends: [within(low), within(compute("Add", low, one))], weights: [compute("Sub", one, part), part] };
}

/** [N, 1, 1, 1] i32: where the pixels of each image begin; undefined where there is only one. */
function imageStarts(batch: Dim, pixels: Dim, emit: OnnxEmitter): string | undefined {
  if (batch === 1) return undefined;
  const dims = [batch, 1, 1, 1];
  if (!isSymbolic(batch) && !isSymbolic(pixels)) {
    const starts = Array.from({ length: Number(batch) }, (_, image) => image * Number(pixels));
    return emit.constant("i32", dims.map(Number), starts);
  }
  const scalar = (value: number) => emit.constant("i64", [], [value]);
  const whole = { dtype: "i64", dims: [batch] } as const;
  const limit = emit.node("Squeeze", [emit.sizes([batch])], {}, { dtype: "i64", dims: [] });
  const images = emit.node("Range", [scalar(0), limit, scalar(1)], {}, whole);
  const starts = emit.node("Mul", [images, emit.sizes([pixels])], {}, whole);
  const short = emit.node("Cast", [starts], { to: 6 }, { dtype: "i32", dims: [batch] });
  return emit.reshape(short, dims, { dtype: "i32", dims });
}

/** (levels [N, H, W, C]…, boxes [N, K, 4]) to [N, K, h, w, C]. */
export function gatheredCrops(
  inputs: readonly string[],
  [tall, wide]: Pair,
  choice: Choice,
  emit: OnnxEmitter,
): string {
  const [maps, boxes] = [inputs.slice(0, -1), nth(inputs, -1)];
  const lead = emit.inputType(maps.length).dims.slice(0, 2);
  const each = computing([...lead, 1], emit);
  const side = (index: number) => sideOf(boxes, index, lead, emit);
  const [ymin, xmin] = [side(0), side(1)];
  const [height, width] = [each("Sub", side(2), ymin), each("Sub", side(3), xmin)];
  const level = levelOf(each("Mul", height, width), choice.areas, lead, emit);
  const scales = maps.map((_, i) => 2 ** -(choice.finest + i));
  const scale = lookUp(emit.constant("f32", [maps.length, 1], scales), level, 1, lead, emit);
  const facts = lookUp(factsOf(maps.length, emit), level, 4, lead, emit);
  const fact = (index: number) => sideOf(facts, index, lead, emit);
  const along = (from: string, length: string, last: string, samples: number) => {
    const compute = computing([...lead, samples], emit);
    return tapsOf(each("Mul", from, scale), each("Mul", length, scale), last, samples, compute, emit);
  };
  const rows = along(ymin, height, fact(0), tall);
  const columns = along(xmin, width, fact(1), wide);
  const inRows = computing([...lead, tall], emit);
  const starts = rows.ends.map((row) => inRows("Add", inRows("Mul", row, fact(2)), fact(3)));
  return weightedSum({ ...rows, ends: [nth(starts, 0), nth(starts, 1)] }, columns, tableOf(maps, emit), emit);
}

function weightedSum(rows: Taps, columns: Taps, table: ReturnType<typeof tableOf>, emit: OnnxEmitter): string {
  const { dims } = emit.outputType(0);
  const [batch, perImage, tall, wide] = dims as readonly [Dim, Dim, Dim, Dim, Dim];
  const lead = [batch, perImage];
  const cells = computing([...lead, tall, wide], emit);
  const upright = (x: string) => inserted(x, 3, f32([...lead, tall, 1]), emit);
  const across = (x: string) => inserted(x, 2, f32([...lead, 1, wide]), emit);
  const images = imageStarts(batch, table.pixels, emit);
  const whole = { dtype: "i32", dims: dims.slice(0, 4) } as const;
  const taps = ([0, 1] as const).flatMap((i) =>
    ([0, 1] as const).map((j) => {
      const place = cells("Add", upright(rows.ends[i]), across(columns.ends[j]));
      const inImage = emit.node("Cast", [place], { to: 6 }, whole);
      const index = images === undefined ? inImage : emit.node("Add", [inImage, images], {}, whole);
      const weight = cells("Mul", upright(rows.weights[i]), across(columns.weights[j]));
      const pixels = emit.node("Gather", [table.table, index], { axis: 0 }, f32(dims));
      return emit.node("Mul", [pixels, inserted(weight, 4, f32([...dims.slice(0, 4), 1]), emit)], {}, f32(dims));
    }),
  );
  const [a, b, c, d] = taps as [string, string, string, string];
  const sum = (x: string, y: string) => emit.node("Add", [x, y], {}, f32(dims));
  return emit.node("Add", [sum(a, b), sum(c, d)]);
}
