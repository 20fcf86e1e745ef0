import fc from "fast-check";
import { expect, it } from "vitest";
import { decodingSamplers, decodingTrial } from "../../tests/parity/detection-samplers.ts";
import { evaluate as evaluateGraph, sizesFrom } from "../evaluate.ts";
import type { TensorType } from "../ir/graph.ts";
import { weightsFrom } from "../ir/weights.ts";
import { evaluateDim } from "../sizes/dim/dim.ts";
import { type OperatorName, operators, type Primitive } from "./index.ts";
import { concrete, evaluate, numbers, randomWeights, shapesOf, tensor, type Values } from "./testing.ts";

interface Use {
  readonly inputs: readonly TensorType[];
  readonly given?: Values;
}
type Uses = fc.Arbitrary<Use>;

const small = fc.integer({ min: 1, max: 4 });
const pairs = fc.tuple(small, small);
const lead = fc.array(small, { minLength: 1, maxLength: 2 });
const maps = fc
  .tuple(
    lead,
    small.map((s) => s + 6),
    small.map((s) => s + 6),
    small,
  )
  .map(([n, h, w, c]) => tensor(...n, h, w, c));
const vectors = fc.tuple(lead, small).map(([n, c]) => tensor(...n, c));
const either = fc.oneof(maps, vectors);
const pads = fc.constantFrom("half", "same", "valid");
const use = (input: fc.Arbitrary<TensorType>, given: fc.Arbitrary<Values> = fc.constant({})): Uses =>
  fc.tuple(input, given).map(([x, values]) => ({ inputs: [x], given: values }));
const twins = either.map((x) => ({ inputs: [x, x] }));
const channels = (x: TensorType) => x.dims.at(-1) as number;
const withBoxes = fc.tuple(maps, small).map(([x, k]) => {
  const one = x.dims.slice(-3);
  return [tensor(2, ...one), tensor(2, k, 4)];
});
const elementwise = use(either);
const pools = use(maps, fc.record({ k: pairs, stride: fc.tuple(fc.nat(3), fc.nat(3)), pad: pads }));

/** A legal use of every primitive that can be evaluated. */
const uses: Partial<Record<OperatorName, Uses>> = {
  conv: fc
    .tuple(
      maps,
      fc.record({
        c: small,
        k: fc.tuple(fc.integer({ min: 1, max: 3 }), small),
        stride: pairs,
        rate: fc.constantFrom([1, 1], [2, 1]),
        pad: pads,
        bias: fc.boolean(),
      }),
      fc.boolean(),
    )
    .map(([x, given, grouped]) => ({
      inputs: [x],
      given: grouped ? { ...given, c: given.c * channels(x), groups: channels(x) } : given,
    })),
  deconv: use(maps, fc.record({ c: small, k: pairs, stride: pairs, pad: fc.nat(1), bias: fc.boolean() })),
  dense: use(either, fc.record({ c: small, bias: fc.boolean() })),
  frozen_bn: use(either),
  bn: use(either, fc.record({ scale: fc.boolean(), center: fc.boolean() })),
  relu: elementwise,
  leaky_relu: elementwise,
  relu6: elementwise,
  elu: elementwise,
  sigmoid: elementwise,
  hard_sigmoid: elementwise,
  tanh: elementwise,
  gelu: elementwise,
  softmax: elementwise,
  dropout: elementwise,
  id: elementwise,
  scale: use(either, fc.constant({ by: 3 })),
  cast: use(either, fc.record({ to: fc.constantFrom("f32", "i32", "bool") })),
  add: fc.tuple(either, small).map(([x, n]) => ({ inputs: new Array<TensorType>(n).fill(x) })),
  sub: twins,
  mul: fc
    .tuple(maps, fc.boolean())
    .map(([x, gate]) => ({ inputs: [x, gate ? tensor(...x.dims.slice(0, -3), 1, 1, channels(x)) : x] })),
  div: twins,
  concat: fc
    .tuple(either, small, small)
    .map(([x, c, d]) => ({ inputs: [x, tensor(...x.dims.slice(0, -1), c), tensor(...x.dims.slice(0, -1), d)] })),
  max_pool: pools,
  avg_pool: pools,
  global_avg_pool: use(maps, fc.record({ keep: fc.boolean() })),
  average: elementwise,
  mean: use(maps, fc.record({ axis: fc.integer({ min: -3, max: -1 }) })),
  upsample: use(maps, fc.record({ s: pairs, mode: fc.constantFrom("nearest", "bilinear") })),
  pad: use(maps, fc.record({ by: fc.tuple(fc.nat(2), fc.nat(2)), value: fc.double({ min: -1, max: 1, noNaN: true }) })),
  slice: fc.oneof(
    use(
      maps,
      fc.record({ axis: fc.constantFrom(-2, -3), from: fc.constantFrom(0, 2, -6), to: fc.constantFrom(0, 5, -1) }),
    ),
    use(vectors, fc.constant({ axis: -1, from: 0, to: 1 })),
  ),
  param: use(either, fc.record({ sizes: fc.array(small, { minLength: 1, maxLength: 4 }), deviation: fc.constant(1) })),
  split: fc.tuple(either, small).map(([x, n]) => ({
    inputs: [tensor(...x.dims.slice(0, -1), channels(x) * (n + 1))],
    given: { n: n + 1 },
  })),
  flatten: elementwise,
  reshape: maps.map((x) => ({
    inputs: [x],
    given: { sizes: [x.dims.at(-1) as number, (x.dims.at(-2) as number) * (x.dims.at(-3) as number)] },
  })),
  transpose: maps.map((x) => ({
    inputs: [x],
    given: {
      axes: x.dims
        .slice(1)
        .map((_, i) => i + 1)
        .reverse(),
    },
  })),
  tile_to: use(vectors, fc.record({ h: small, w: small })),
  append_coords: use(maps),
  crop_and_resize: fc.tuple(withBoxes, pairs).map(([inputs, size]) => ({ inputs, given: { size } })),
  roi_align: fc.tuple(withBoxes, pairs).map(([inputs, size]) => ({ inputs, given: { size, scale: 3 } })),
  gather_centers: withBoxes.map((inputs) => ({ inputs })),
  multilevel_crop: fc
    .tuple(withBoxes, pairs)
    .map(([[map, boxes], size]) => ({ inputs: [map!, map!, boxes!], given: { size } })),
};

// Those that decode detections want numbers of their own.
const primitives = Object.entries(operators).filter(
  (entry): entry is [OperatorName, Primitive] => !("expand" in entry[1]) && !decodingSamplers[entry[0]],
);

it.each(primitives)("%s: what is computed has the shape that the rule says", (name, operator) => {
  const legal = uses[name];
  if (!legal) {
    expect(operator.evaluate).toHaveProperty("unsupported");
    return;
  }
  fc.assert(
    fc.property(legal, ({ inputs, given = {} }) => {
      const said = shapesOf(operator, inputs, given).map(concrete);
      const arrays = inputs.map((type, index) => numbers(concrete(type), index + 1));
      const made = evaluate(operator, arrays, {
        given,
        weights: randomWeights(operator, inputs, given),
        phase: "train",
      });
      expect(made.map(({ dims }) => dims)).toEqual(said);
      for (const { dims, data } of made) {
        expect(data.length).toBe(dims.reduce((a, b) => a * b, 1));
        expect(data.every((x) => !Number.isNaN(x))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

it.each(Object.entries(decodingSamplers))("%s: what is computed has the shape that the rule says", (name, sampler) => {
  fc.assert(
    fc.property(sampler, (drawn) => {
      const { graph, feeds } = decodingTrial(name, drawn);
      const sizes = sizesFrom(graph, feeds);
      const results = evaluateGraph(graph, feeds, weightsFrom(new Map()));
      for (const { name: output, value } of graph.outputs) {
        const made = results.get(output);
        expect(made?.dims).toEqual(value.type.dims.map((dim) => evaluateDim(dim, sizes)));
        expect(made?.data.length).toBe(made?.dims.reduce((a, b) => a * b, 1));
      }
    }),
    { numRuns: 60 },
  );
});
