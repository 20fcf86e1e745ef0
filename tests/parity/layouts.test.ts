// Random networks of operators that want different axis orders: whatever the order of conversions,
// onnxruntime and tfjs say what `evaluate` says, and no value is converted twice.
import fc from "fast-check";
import proto from "onnx-proto";
import { expect, it } from "vitest";
import type { Graph, Value } from "../../compiler/ir/graph.ts";
import { GraphBuilder, sample } from "../../compiler/testing.ts";
import { bytesOf, emit, expectParity } from "./run-onnx.ts";
import { expectTfjsParity } from "./run-tfjs.ts";

const steps = [
  "conv",
  "conv",
  "relu",
  "add",
  "concat",
  "dense",
  "bn",
  "softmax",
  "slice",
  "split",
  "transpose",
  "max_pool",
  "sub",
  "mean",
] as const;
const drawn = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });
const inputs = fc.constantFrom([2, 4, 4, 3], [1, 2, 4, 4, 3], ["N", "S", "S", 3], ["N", "K", "S", "S", 3]);

/** Every value keeps the axes of the input, so that all may be joined. */
function apply(b: GraphBuilder, op: (typeof steps)[number], x: Value, y: Value, choice: number): Value {
  const rank = x.type.dims.length;
  switch (op) {
    case "conv":
      return b.apply("conv", [x], { c: 3, k: 1 + (choice % 2) * 2 });
    case "dense":
      return b.apply("dense", [x], { c: 3 });
    case "add":
    case "sub":
      return b.apply(op, [x, y]);
    case "concat":
      return b.apply("dense", [b.apply("concat", [x, y])], { c: 3 });
    case "softmax":
      return b.apply("softmax", [x]);
    case "slice":
      return b.apply("conv", [b.apply("slice", [x], { axis: -1, from: 1 })], { c: 3 });
    case "split": {
      const parts = b.applyAll("split", [b.apply("conv", [x], { c: 6 })], { n: 2 });
      return choice % 2 === 0 ? b.apply("sub", parts) : (parts[1] as Value);
    }
    case "transpose": {
      const axes = Array.from({ length: rank - 1 }, (_, i) => i + 1);
      return b.apply("transpose", [x], { axes: [...axes.slice(0, -3), rank - 2, rank - 3, rank - 1] });
    }
    case "max_pool":
      return b.apply("max_pool", [x], { k: 3, stride: 1 });
    case "mean":
      return b.apply("tile_to", [b.apply("mean", [b.apply("mean", [x], { axis: -2 })], { axis: -2 })], { h: 1, w: 1 });
    default:
      return b.apply(op, [x]);
  }
}

function network(
  input: readonly (number | string)[],
  ops: readonly (readonly [(typeof steps)[number], number, number])[],
): Graph {
  const b = new GraphBuilder();
  const values = [b.input("features", input)];
  const at = (i: number): Value => values[values.length - 1 - (i % Math.min(3, values.length))] as Value;
  ops.forEach(([op, i, j], index) => {
    const result = apply(b, op, at(i), at(j), j);
    if (op === "mean") b.output(`mean${index}`, b.apply("conv", [result], { c: 2 }));
    else values.push(result);
  });
  return b
    .output("last", values.at(-1) as Value)
    .output("before", at(1))
    .graph();
}

it("computes what evaluate computes, whatever the order of conversions", async () => {
  await fc.assert(
    fc.asyncProperty(inputs, drawn, async (input, ops) => {
      const graph = network(input, ops);
      const dims = input.map((d) => (typeof d === "number" ? d : ({ N: 2, K: 1, S: 4 }[d] ?? 1)));
      const feeds = new Map([["features", sample(dims)]]);
      await expectParity(graph, feeds);
      await expectTfjsParity(graph, feeds, undefined, 1e-4);
    }),
    { numRuns: 60, seed: 11 },
  );
});

it("converts each value at most once each way", () => {
  fc.assert(
    fc.property(inputs, drawn, fc.constantFrom("nhwc", "nchw"), (input, ops, layout) => {
      const model = proto.onnx.ModelProto.decode(bytesOf(emit(network(input, ops), { layout })));
      const conversions = (model.graph?.node ?? []).filter(
        (node) => /\/channels_(first|last)/.test(node.name ?? "") && node.opType === "Transpose",
      );
      const sources = conversions.map((node) => node.name?.replace(/_\d+$/, ""));
      expect(new Set(sources).size).toBe(sources.length);
    }),
    { numRuns: 100, seed: 12 },
  );
});

it("converts the inputs of a join once, not each operand behind it", () => {
  const b = new GraphBuilder();
  const x = b.input("features", [1, 4, 4, 3]);
  const left = b.apply("relu", [x]);
  const joined = b.apply("concat", [left, b.apply("sigmoid", [x])]);
  const graph = b
    .output("y", b.apply("conv", [joined], { c: 1 }))
    .output("z", b.apply("conv", [left], { c: 1 }))
    .graph();
  const model = proto.onnx.ModelProto.decode(bytesOf(emit(graph)));
  expect(model.graph?.node?.filter((node) => node.opType === "Transpose").map((node) => node.name)).toEqual([
    "features/channels_first",
  ]);
});

/** Names of the transposes of the file, in order. */
function transposes(graph: Graph, layout: "nhwc" | "nchw"): readonly (string | null | undefined)[] {
  const model = proto.onnx.ModelProto.decode(bytesOf(emit(graph, { layout })));
  return (model.graph?.node ?? []).filter((node) => node.opType === "Transpose").map((node) => node.name);
}

const networks: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  "a dense block": (b, x) =>
    [1, 2, 3].reduce((map) => {
      const fresh = b.apply("conv", [b.apply("relu", [b.apply("bn", [map])])], { c: 2 });
      return b.apply("concat", [map, fresh]);
    }, x),
  "branches that end in a join": (b, x) =>
    b.apply(
      "add",
      [1, 3, 5].map((k) => b.apply("bn", [b.apply("conv", [x], { c: 2, k })])),
    ),
  "dense layers between convolutions": (b, x) => {
    const wide = b.apply("bn", [b.apply("dense", [b.apply("bn", [b.apply("conv", [x], { c: 4, k: 7 })])], { c: 8 })]);
    const narrow = b.apply("dense", [b.apply("gelu", [wide])], { c: 4, bias: false });
    return b.apply("conv", [narrow], { c: 2 });
  },
  "a vector spread over a map": (b, x) => {
    const vector = b.apply("dense", [b.apply("global_avg_pool", [b.apply("conv", [x], { c: 2 })])], { c: 3 });
    return b.apply("concat", [b.apply("tile_to", [vector], { h: 4, w: 4 }), b.apply("conv", [x], { c: 2 })]);
  },
};

it.each(Object.entries(networks))("%s: one transpose at each border, none inside", async (_title, build) => {
  for (const dims of [
    ["N", 4, 4, 3],
    ["N", "K", 4, 4, 3],
  ]) {
    const b = new GraphBuilder();
    const x = b.input("features", dims);
    const graph = b.output("y", build(b, x)).graph();
    expect(transposes(graph, "nchw")).toEqual([]);
    expect(transposes(graph, "nhwc").length).toBeLessThanOrEqual(2);
    const feed = sample(dims.map((d) => (typeof d === "number" ? d : 2)));
    await expectParity(graph, new Map([["features", feed]]));
  }
});

it("norms rows of features without a transpose", async () => {
  const b = new GraphBuilder();
  const x = b.input("rows", ["N", "K", 5]);
  const graph = b.output("y", b.apply("bn", [b.apply("relu", [x])])).graph();
  expect(transposes(graph, "nhwc")).toEqual([]);
  await expectParity(graph, new Map([["rows", sample([2, 3, 5])]]));
});

it("stays in the order of the text where nothing wants channels first", () => {
  const b = new GraphBuilder();
  const x = b.input("features", ["N", 4, 4, 3]);
  const graph = b.output("y", b.apply("dense", [b.apply("bn", [b.apply("relu", [x])])], { c: 2 })).graph();
  expect(transposes(graph, "nhwc")).toEqual([]);
});
