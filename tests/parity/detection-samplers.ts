// Random legal inputs for the operators that decode detections. Their numbers matter: ties, cells without a peak, boxes
// that overhang or cover each other, fewer candidates than places.
import fc from "fast-check";
import type { Graph, ParamValue, TensorType } from "../../compiler/ir/graph.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { GraphBuilder } from "../../compiler/testing.ts";

interface Feed {
  /** A free size is a name. */
  readonly type: readonly (number | string)[];
  readonly dtype?: TensorType["dtype"];
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Decoding {
  readonly feeds: readonly Feed[];
  readonly params: Readonly<Record<string, ParamValue>>;
}
type Sampler = fc.Arbitrary<Decoding>;

const int = (min: number, max: number) => fc.integer({ min, max });
const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => Math.fround(value));

/** Numbers of one of several kinds: a few values that repeat, any, or all the same. */
const numbers = (count: number, any: fc.Arbitrary<number>, few: readonly number[]): fc.Arbitrary<number[]> =>
  fc.oneof(
    ...[any, pick(...few)].map((each) => fc.array(each, { minLength: count, maxLength: count })),
    pick(...few).map((value) => new Array<number>(count).fill(value)),
  );

const feed = (type: Feed["type"], dims: readonly number[], each: fc.Arbitrary<number[]>): fc.Arbitrary<Feed> =>
  each.map((data) => ({ type, dims, data: data.map(Math.fround) }));

const scores = (count: number) => numbers(count, between(0, 1), [0, 0.25, 0.5, 1]);
const offsets = (count: number) => numbers(count, between(-3, 3), [0, -1, 2.5]);

/** N, H and W are free or not; all inputs agree. */
const map = fc.record({ n: int(1, 2), h: int(1, 6), w: int(1, 6), c: int(1, 3), isFree: fc.boolean() });
type Map = typeof map extends fc.Arbitrary<infer T> ? T : never;
const typeOf = ({ n, h, w, isFree }: Map, c: number): Feed["type"] => (isFree ? ["N", "H", "W", c] : [n, h, w, c]);
const mapFeed = (m: Map, c: number, each: (count: number) => fc.Arbitrary<number[]>): fc.Arbitrary<Feed> =>
  feed(typeOf(m, c), [m.n, m.h, m.w, c], each(m.n * m.h * m.w * c));

const heatmap_peaks: Sampler = map.chain((m) => mapFeed(m, m.c, scores).map((heat) => ({ feeds: [heat], params: {} })));

const top_k: Sampler = fc.oneof(
  map.chain((m) =>
    fc.record({
      feeds: mapFeed(m, m.c, offsets).map((x) => [x]),
      params: fc.record({ k: int(1, m.h * m.w * m.c + (m.isFree ? 5 : 0)) }),
    }),
  ),
  fc.tuple(int(1, 3), int(1, 9)).chain(([n, k]) =>
    fc.record({
      feeds: feed(["N", k], [n, k], offsets(n * k)).map((x) => [x]),
      params: fc.record({ k: int(1, k) }),
    }),
  ),
);

const centernet_decode: Sampler = map.chain((m) =>
  fc.record({
    feeds: fc.tuple(mapFeed(m, m.c, scores), mapFeed(m, 2, offsets), mapFeed(m, 2, offsets)),
    params: fc.record({ k: int(1, m.h * m.w * m.c + (m.isFree ? 5 : 0)) }),
  }),
);

/** Boxes of pixels: inside, overhanging, in a small grid so that many are equal or cover each other, without area. */
const coordinate = fc.oneof(
  between(-8, 40),
  int(0, 4).map((step) => 8 * step),
  pick(0),
);
const box = fc
  .tuple(coordinate, coordinate, between(0, 24), fc.oneof(between(0, 24), pick(8, 16)))
  .map(([y, x, tall, wide]) => [y, x, y + tall, x + wide]);
const boxes = (count: number) =>
  fc.array(box, { minLength: count, maxLength: count }).map((all) => all.flat().map(Math.fround));
/** Boxes with an area, to code against. */
const anchorBoxes = (count: number) =>
  boxes(count).map((all) => all.map((side, at) => (at % 4 < 2 ? side : Math.fround(side + 1))));
const codes = (count: number) => numbers(count, between(-0.5, 0.5), [0, -0.25, 9]);

/** What boxes are clipped to: nothing, heights and widths, or the size of a map. */
const image = (n: number, batch: number | string = "N"): fc.Arbitrary<readonly Feed[]> =>
  fc.oneof(
    fc.constant([]),
    fc
      .array(int(16, 32), { minLength: 2 * n, maxLength: 2 * n })
      .chain((data) =>
        pick<TensorType["dtype"]>("f32", "i32").map((dtype) => [{ type: [batch, 2], dims: [n, 2], dtype, data }]),
      ),
    fc.tuple(int(16, 32), int(16, 32), fc.boolean()).map(([h, w, isFree]) => [
      {
        type: [batch, ...(isFree ? ["Y", "X"] : [h, w]), 1],
        dims: [n, h, w, 1],
        data: new Array<number>(n * h * w).fill(0),
      },
    ]),
  );

const anchors: Sampler = map.chain((m) =>
  fc.record({
    feeds: mapFeed(m, m.c, offsets).map((x) => [x]),
    params: fc.record({ stride: pick(1, 4, 8), size: pick(8, 4, 1.5), scales: int(1, 3) }),
  }),
);

const coded = (first: (count: number) => fc.Arbitrary<number[]>): Sampler =>
  fc.tuple(int(1, 2), int(1, 4), int(1, 2), fc.boolean()).chain(([n, k, a, isFree]) => {
    const dims = [n, k, 4 * a];
    const type = isFree ? ["N", "K", 4 * a] : dims;
    return fc.record({
      feeds: fc.tuple(feed(type, dims, first(n * k * a)), feed(type, dims, anchorBoxes(n * k * a))),
      params: fc.record({ center: pick(1, 10), extent: pick(1, 5) }),
    });
  });

const clip_boxes: Sampler = fc
  .tuple(int(1, 2), int(1, 4), int(1, 2))
  .chain(([n, k, a]) =>
    fc
      .tuple(feed(["N", k, 4 * a], [n, k, 4 * a], boxes(n * k * a)), image(n))
      .map(([given, extents]) => ({ feeds: [given, ...extents], params: {} })),
  );

const overlap = pick(0, 0.3, 0.5, 0.7, 1);

const nms: Sampler = fc.tuple(int(1, 2), int(1, 12), fc.boolean()).chain(([n, k, isFree]) => {
  const type = isFree ? ["N", "K"] : [n, k];
  return fc.record({
    feeds: fc.tuple(feed([...type, 4], [n, k, 4], boxes(n * k)), feed(type, [n, k], scores(n * k))),
    params: fc.record({ iou: overlap, max: int(1, 14), above: pick(0, 0.25, 1) }),
  });
});

const rpn_decode: Sampler = fc.tuple(map, int(1, 2), int(1, 2)).chain(([m, levels, scales]) => {
  const cells = 3 * scales;
  const sizes = Array.from({ length: levels }, (_, level) => ({
    ...m,
    h: Math.ceil(m.h / 2 ** level),
    w: Math.ceil(m.w / 2 ** level),
  }));
  // Height and width of a coarser level have no name of their own.
  const levelFeed = (at: number, c: number, each: (count: number) => fc.Arbitrary<number[]>) =>
    mapFeed(sizes[at] as Map, c, each).map((one) =>
      at > 0 && m.isFree ? { ...one, type: ["N", ...one.dims.slice(1)] } : one,
    );
  const pairs = sizes.map((_, at) => fc.tuple(levelFeed(at, cells, offsets), levelFeed(at, 4 * cells, codes)));
  return fc.record({
    feeds: fc
      .tuple(fc.tuple(...pairs), image(m.n, m.isFree ? "N" : m.n))
      .map(([given, extents]) => [...given.flat(), ...extents]),
    params: fc.record({
      scales: fc.constant(scales),
      post: int(1, 20),
      pre: int(1, 20),
      iou: overlap,
      size: pick(2, 8),
      stride: pick(4, 8),
    }),
  });
});

const box_decode: Sampler = fc.tuple(int(1, 2), int(1, 6), int(1, 3), fc.boolean()).chain(([n, k, classes, isFree]) => {
  const type = isFree ? ["N", "K"] : [n, k];
  return fc.record({
    feeds: fc
      .tuple(
        feed([...type, classes + 1], [n, k, classes + 1], offsets(n * k * (classes + 1))),
        feed([...type, 4 * classes], [n, k, 4 * classes], codes(4 * n * k * classes)),
        feed([...type, 4], [n, k, 4], anchorBoxes(n * k)),
        image(n, isFree ? "N" : n),
      )
      .map(([cls, reg, given, extents]) => [cls, reg, given, ...extents]),
    params: fc.record({ max: int(1, 20), pre: int(1, 8), iou: overlap, above: pick(0, 0.05, 0.4, 1) }),
  });
});

export const decodingSamplers: Readonly<Record<string, Sampler>> = {
  heatmap_peaks,
  top_k,
  centernet_decode,
  anchors,
  encode_boxes: coded(anchorBoxes),
  decode_boxes: coded((count) => codes(4 * count)),
  clip_boxes,
  nms,
  rpn_decode,
  box_decode,
};

interface Trial {
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, NDArray>;
}

/** The same without images, or without boxes: free axes of that name are empty. */
export function emptied({ feeds, params }: Decoding, names: readonly string[]): Decoding {
  const without = ({ type, dims, data, ...rest }: Feed): Feed => {
    const left = dims.map((d, axis) => (names.includes(String(type[axis])) ? 0 : d));
    return { ...rest, type, dims: left, data: size(left) === 0 ? [] : data };
  };
  return { feeds: feeds.map(without), params };
}

/** The operator alone, all of its results read. */
export function decodingTrial(op: string, { feeds, params }: Decoding): Trial {
  const b = new GraphBuilder();
  const values = feeds.map(({ type, dtype = "f32" }, i) => b.input(`x${i}`, type, dtype));
  b.applyAll(op, values, params, { path: `tested/${op}` }).forEach((result, i) => {
    b.output(`y${i}`, result);
  });
  const arrays = feeds.map(({ dims, data }, i) => [`x${i}`, { dims, data: Float64Array.from(data) }] as const);
  for (const { dims, data } of feeds) if (size(dims) !== data.length) throw new Error("a feed of another size");
  return { graph: b.graph(), feeds: new Map(arrays) };
}
