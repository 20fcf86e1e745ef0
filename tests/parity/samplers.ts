// Random legal inputs and parameters for every operator of the table, and graphs around them.
import fc from "fast-check";
import type { Graph, ParamValue, TensorType } from "../../compiler/ir/graph.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { GraphBuilder, sample, table } from "../../compiler/testing.ts";

export interface Case {
  readonly inputs: readonly (readonly number[])[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly dtype?: TensorType["dtype"];
  /** Axes that lead every sample, where that is not as in a body on the input. */
  readonly leading?: number;
  /** The numbers of the last input, [N, K, 4]. */
  readonly boxes?: readonly number[];
}
export type Sampler = fc.Arbitrary<Case>;

const int = (min: number, max: number) => fc.integer({ min, max });
const pick = <T>(...values: T[]) => fc.constantFrom(...values);
/** [N, H, W, C], now and then with one more leading axis. */
const map = (least = 1, channels = int(1, 4)) =>
  fc
    .tuple(fc.array(int(1, 2), { minLength: 1, maxLength: 2 }), int(least, 7), int(least, 7), channels)
    .map(([lead, h, w, c]) => [...lead, h, w, c]);
const vector = fc.array(int(1, 4), { minLength: 2, maxLength: 3 });
const anything = fc.oneof(vector, map());
const one = (dims: fc.Arbitrary<number[]>, params: fc.Arbitrary<Case["params"]> = fc.constant({})): Sampler =>
  fc.record({ inputs: dims.map((d) => [d]), params });
const join = (count: fc.Arbitrary<number>): Sampler =>
  fc.tuple(anything, count).map(([dims, n]) => ({ inputs: new Array<number[]>(n).fill(dims), params: {} }));
const pairOf = (min: number, max: number) => fc.tuple(int(min, max), int(min, max)).map((p): readonly number[] => p);
export const flag = fc.boolean();
const padding = pick("half", "same", "valid");
const init = pick("glorot_uniform", "he_normal", "normal");
const windowed = { k: pairOf(1, 3), stride: pairOf(1, 3), pad: padding };
const axisOf = (dims: readonly number[]) => int(1, dims.length - 1).chain((axis) => pick(axis, axis - dims.length));

/** The same case for numbers of other types: operators that only move values take them all. */
const ofAnyType = (sampler: Sampler): Sampler =>
  fc.tuple(sampler, pick<TensorType["dtype"]>("f32", "i32", "bool")).map(([drawn, dtype]) => ({ ...drawn, dtype }));

/** The number with the 11 digits of half precision, so that a file in it reads the same boxes. */
function inHalf(value: number): number {
  const digit = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), 2 ** -14))) - 10);
  return Math.round(value / digit) * digit;
}

/** [ymin, xmin, ymax, xmax] as parts of a map: inside, overhanging, far away, without area, turned over. */
const box = fc.oneof(
  ...[
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: -0.5, max: 1.5, noNaN: true }),
    fc.double({ min: -1e4, max: 1e4, noNaN: true }),
    pick(0, 0.25, 0.5, 1),
  ].map((side) => fc.tuple(side, side, side, side)),
  fc.double({ min: -0.5, max: 1.5, noNaN: true }).map((point) => [point, point, point, point]),
);

/** A map of one batch axis, and boxes for each of its images. */
const withBoxes = (params: fc.Arbitrary<Case["params"]> = fc.constant({})): Sampler =>
  fc.tuple(int(1, 2), int(1, 7), int(1, 7), int(1, 4), int(1, 3)).chain(([n, h, w, c, k]) =>
    fc.record({
      inputs: fc.constant([
        [n, h, w, c],
        [n, k, 4],
      ]),
      params,
      boxes: fc.array(box, { minLength: n * k, maxLength: n * k }).map((boxes) => boxes.flat().map(inHalf)),
    }),
  );

/**
 * A pyramid of one to four levels, and boxes in pixels of the input that it is of, or larger. They end not far above the
 * map: there the released code, and we, continue a line, whose ends differ ever more.
 */
const withPyramid: Sampler = fc
  .tuple(int(1, 2), int(1, 7), int(1, 7), int(1, 3), int(1, 3), int(1, 4), int(0, 3), pairOf(1, 4))
  .chain(([n, h, w, c, k, levels, finest, size]) => {
    const small = (length: number, level: number) => Math.ceil(length / 2 ** level);
    const maps = Array.from({ length: levels }, (_, level) => [n, small(h, level), small(w, level), c]);
    const boxes = fc
      .tuple(fc.array(box, { minLength: n * k, maxLength: n * k }), pick(30, 300, 1200))
      .map(([drawn, pixels]) => drawn.flat().map((side) => inHalf(Math.min(Math.max(side * pixels, -20), 6e4))));
    return fc.record({
      inputs: fc.constant([...maps, [n, k, 4]]),
      params: fc.constant({ size, finest }),
      boxes,
    });
  });

/** What is left behind the first `from`, or the same number of values before the end. */
const cut = (from: number, size: number, isBack: boolean) =>
  isBack ? { from: 0, to: from === 0 ? size : -from } : { from: from === 0 ? 0 : from - size };

const conv: Sampler = fc
  .record({
    groups: int(1, 3),
    perGroup: int(1, 2),
    out: int(1, 2),
    k: pairOf(1, 3),
    stride: pairOf(1, 3),
    rate: pairOf(1, 2),
    pad: padding,
    bias: flag,
    init,
    dims: map(5),
  })
  .map(({ groups, perGroup, out, dims, ...params }) => ({
    inputs: [dims.with(-1, groups * perGroup)],
    params: { ...params, groups, c: groups * out },
  }));

export const samplers: Readonly<Record<string, Sampler>> = {
  conv,
  deconv: one(
    map(2),
    fc.record({ c: int(1, 3), k: pairOf(2, 3), stride: pairOf(1, 3), bias: flag, pad: int(0, 1), init }),
  ),
  dense: one(anything, fc.record({ c: int(1, 4), bias: flag, init })),
  bn: one(anything, fc.record({ eps: pick(1e-5, 1e-3), scale: flag, center: flag })),
  frozen_bn: one(anything, fc.record({ eps: pick(1e-5, 1e-3) })),
  relu: one(anything),
  leaky_relu: one(anything, fc.record({ slope: pick(0.01, 0.3) })),
  relu6: one(anything),
  elu: one(anything, fc.record({ alpha: pick(1, 0.5) })),
  sigmoid: one(anything),
  hard_sigmoid: one(anything),
  tanh: one(anything),
  silu: one(anything),
  hard_swish: one(anything),
  gelu: one(anything),
  softmax: anything.chain((dims) =>
    fc.record({
      inputs: fc.constant([dims]),
      params: table["softmax"]?.params["axis"] ? fc.record({ axis: axisOf(dims) }) : fc.constant({}),
    }),
  ),
  dropout: one(anything),
  add: join(int(1, 3)),
  sub: join(fc.constant(2)),
  mul: fc.oneof(
    join(fc.constant(2)),
    map().map((dims) => ({ inputs: [dims, dims.with(-3, 1).with(-2, 1)], params: {} })),
  ),
  div: join(fc.constant(2)),
  concat: ofAnyType(
    fc
      .tuple(anything, fc.array(int(1, 3), { minLength: 1, maxLength: 3 }))
      .map(([dims, channels]) => ({ inputs: channels.map((c) => dims.with(-1, c)), params: {} })),
  ),
  param: fc.record({
    inputs: anything.map((dims) => [dims]),
    params: fc.record({
      sizes: fc.array(int(1, 4), { minLength: 1, maxLength: 4 }),
      init: pick(0, 0.5),
      deviation: pick(0, 0.5),
    }),
    dtype: pick<TensorType["dtype"]>("f32", "i32", "bool"),
  }),
  scale: one(anything, fc.record({ by: pick(0.5, -2, 1) })),
  max_pool: one(map(4), fc.record(windowed)),
  avg_pool: one(map(4), fc.record(windowed)),
  global_avg_pool: one(map(), fc.record({ keep: flag })),
  average: one(anything),
  mean: anything.chain((dims) => fc.record({ inputs: fc.constant([dims]), params: fc.record({ axis: axisOf(dims) }) })),
  upsample: one(map(), fc.record({ s: pairOf(1, 3), mode: pick("nearest", "bilinear") })),
  pad: one(map(), fc.record({ by: pairOf(0, 2), value: pick(0, 1.5) })),
  slice: ofAnyType(
    anything.chain((dims) =>
      axisOf(dims).chain((axis) =>
        fc
          .tuple(int(0, (dims.at(axis) ?? 1) - 1), flag)
          .map(([from, isBack]) => ({ inputs: [dims], params: { axis, ...cut(from, dims.at(axis) ?? 1, isBack) } })),
      ),
    ),
  ),
  split: ofAnyType(
    fc.tuple(anything, int(2, 3)).chain(([dims, n]) =>
      axisOf(dims).map((axis) => ({
        inputs: [dims.with(axis, n * (dims.at(axis) ?? 1))],
        params: { n, axis },
      })),
    ),
  ),
  flatten: ofAnyType(one(anything)),
  reshape: ofAnyType(
    fc.oneof(
      map().map((dims) => ({ inputs: [dims], params: { sizes: [dims.slice(-3).reduce((a, b) => a * b, 1)] } })),
      map().map((dims) => ({
        inputs: [dims],
        params: { sizes: [(dims.at(-1) ?? 1) * (dims.at(-2) ?? 1), dims.at(-3) ?? 1] },
      })),
      vector.map((dims) => ({ inputs: [dims], params: { sizes: [1, dims.at(-1) ?? 1, 1] } })),
      // More axes than the usual sample has: channels in groups, as channel shuffle leaves them.
      fc.tuple(int(1, 3), int(1, 4), int(1, 4), int(2, 3), int(1, 3)).map((dims) => ({
        inputs: [dims],
        params: { sizes: [dims[1], dims[2], dims[3] * dims[4]] },
        leading: 1,
      })),
    ),
  ),
  transpose: ofAnyType(
    anything.chain((dims) =>
      fc
        .shuffledSubarray(
          dims.slice(1).map((_, i) => i + 1),
          { minLength: dims.length - 1 },
        )
        .map((axes) => ({ inputs: [dims], params: { axes } })),
    ),
  ),
  tile_to: one(vector, fc.record({ h: int(1, 3), w: int(1, 3) })),
  append_coords: one(map()),
  cast: fc.record({
    inputs: anything.map((dims) => [dims]),
    params: fc.record({ to: pick("f32", "i32", "bool") }),
    dtype: pick<TensorType["dtype"]>("f32", "i32", "bool"),
  }),
  id: ofAnyType(one(anything)),
  crop_and_resize: withBoxes(fc.record({ size: pairOf(1, 4), outside: pick(0, -1.5) })),
  roi_align: withBoxes(fc.record({ size: pairOf(1, 3), samples: int(1, 3), aligned: flag, scale: pick(1, 2, 5.3) })),
  gather_centers: withBoxes(),
  multilevel_crop: withPyramid,
};

/** The grid of append_coords is a constant; new axes are given as numbers. */
export const needsFixedSizes = ["append_coords", "reshape"];

/** The batch, height and width of a type, free where they are those of the first input; or the number of boxes. */
function freed(dims: readonly number[], first: readonly number[], isBoxes: boolean): readonly (number | string)[] {
  if (isBoxes) return ["N", "K", 4];
  const isMap = dims.length >= 4;
  const names = new Map([
    [0, "N"],
    ...(isMap
      ? ([
          [dims.length - 3, "H"],
          [dims.length - 2, "W"],
        ] as const)
      : []),
  ]);
  return dims.map((d, axis) => (d === first[axis] ? (names.get(axis) ?? d) : d));
}

export interface Trial {
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, NDArray>;
}

/** The operator alone, or between convolutions, where the ONNX target works channels-first; sizes known or free. */
export function trialOf(
  op: string,
  { inputs, params, dtype = "f32", leading, boxes }: Case,
  between: boolean,
  free: boolean,
): Trial {
  const b = new GraphBuilder();
  const feeds = new Map<string, NDArray>();
  const values = inputs.map((dims, i) => {
    const areBoxes = boxes !== undefined && i === inputs.length - 1;
    const array = areBoxes ? { dims, data: Float64Array.from(boxes) } : sample(dims, i + 1);
    const data =
      dtype === "f32" ? array.data : array.data.map((v) => (dtype === "bool" ? Number(v > 0) : Math.round(v * 9)));
    // Denominators stay away from 0.
    feeds.set(`x${i}`, { dims, data: op === "div" && i === 1 ? data.map((v) => v + (v < 0 ? -1 : 1)) : data });
    const value = b.input(`x${i}`, free ? freed(dims, inputs[0] ?? dims, areBoxes) : dims, dtype);
    return between && dims.length >= 4 && dtype === "f32" && op !== "div"
      ? b.apply("conv", [value], { c: dims.at(-1) as number, k: 1 })
      : value;
  });
  const use = { path: `tested/${op}`, ...(leading === undefined ? {} : { leading }) };
  const results = b.applyAll(op, values, params, use);
  // Of several results the first has no reader in between.
  for (const [index, result] of results.entries()) {
    const { dims } = result.type;
    if (!between || index > 0 || results.length === 1) b.output(index === 0 ? "plain" : `plain${index}`, result);
    const isRead = between && (index > 0 || results.length === 1);
    if (isRead && dims.length >= 4 && result.type.dtype === "f32" && typeof dims.at(-1) === "number")
      b.output(index === 0 ? "convolved" : `convolved${index}`, b.apply("conv", [result], { c: 2, k: 1 }));
  }
  return { graph: b.graph(), feeds };
}
