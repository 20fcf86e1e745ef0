// From the numbers of a file to those of a weight: orders of axes, types, pieces, damage.
import { describe, expect, it } from "vitest";
import {
  isProblem,
  memorySource,
  openSafetensors,
  type TensorToWrite,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import { joined } from "../../checkpoints/testing.ts";
import type { Weight, WeightAxes } from "../ir/graph.ts";
import { type TargetAxes, weightsFrom } from "../ir/weights.ts";
import { bestBinding, bind, isComplete, ownPaths, torchNames } from "./bind.ts";
import { axesIn } from "./order.ts";
import { boundWeights } from "./read.ts";
import type { AxisOrder } from "./roles.ts";

const weightOf = (path: string, axes: WeightAxes, dims: readonly number[]): Weight => ({
  path,
  axes,
  dims,
  initialiser: { kind: "constant", value: 0 },
  trainable: true,
});
const byPath = (...weights: readonly Weight[]) => new Map(weights.map((weight) => [weight.path, weight]));

function opened(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>> = {}) {
  const checkpoint = openSafetensors(memorySource(joined(writeSafetensors(tensors, metadata).chunks())));
  if (isProblem(checkpoint)) throw new Error(checkpoint.problem);
  return checkpoint;
}

const bytes = (numbers: { readonly buffer: ArrayBuffer }): Uint8Array => new Uint8Array(numbers.buffer);
const floats = (name: string, shape: readonly number[], numbers: Float32Array): TensorToWrite => ({
  name,
  dtype: "F32",
  shape,
  content: () => [bytes(numbers as Float32Array<ArrayBuffer>)],
});

const refuse = ({ problem }: { readonly problem: string }): never => {
  throw new Error(problem);
};

const kinds: readonly (readonly [WeightAxes, readonly number[], readonly TargetAxes[]])[] = [
  ["HWIO", [2, 3, 4, 5], ["logical", "HWIO", "OIHW"]],
  ["HWIO", [1, 1, 4, 5], ["logical", "HWIO", "OIHW"]],
  ["HWIO", [3, 3, 1, 2], ["logical", "OIHW"]],
  ["HWOI", [2, 3, 5, 4], ["logical", "HWOI", "IOHW"]],
  ["IO", [6, 7], ["logical", "IO", "OI"]],
  ["C", [9], ["logical", "C"]],
];
const cases = kinds.flatMap(([axes, dims, targets]) =>
  (["tensorflow", "torch"] as const).flatMap((order) => targets.map((target) => [axes, dims, order, target] as const)),
);

describe("a kernel", () => {
  it.each(cases)("%s %j of a %s file, as %s", (axes: WeightAxes, dims, order: AxisOrder, target: TargetAxes) => {
    const weight = weightOf("w", axes, dims);
    const size = dims.reduce((a, b) => a * b, 1);
    const logical = Float32Array.from({ length: size }, (_, i) => i + 0.5);
    // The writer is the reader of given numbers, which is tested on its own.
    const given = weightsFrom(new Map([["w", logical]]));
    const stored = given.read(weight, axesIn(order, axes));
    const shape =
      axesIn(order, axes) === axes ? dims : [...axesIn(order, axes)].map((letter) => dims[axes.indexOf(letter)] ?? 0);
    const checkpoint = opened([floats("w", shape, stored)], { axes: order });
    const binding = bind(byPath(weight), checkpoint, ownPaths);
    expect(isComplete(binding)).toBe(true);
    expect(boundWeights(checkpoint, binding, refuse).read(weight, target)).toEqual(given.read(weight, target));
  });

  it("that comes in many pieces lands where it belongs", () => {
    const weight = weightOf("w", "HWIO", [3, 3, 200, 300]);
    const logical = Float32Array.from({ length: 540_000 }, (_, i) => i);
    const checkpoint = opened([floats("w", [3, 3, 200, 300], logical)]);
    const binding = bind(byPath(weight), checkpoint, ownPaths);
    const given = weightsFrom(new Map([["w", logical]]));
    expect(boundWeights(checkpoint, binding, refuse).read(weight, "OIHW")).toEqual(given.read(weight, "OIHW"));
  });
});

describe("types become float32", () => {
  const values = [1, -2, 0.5, 0];
  it.each([
    ["F64", Float64Array.from(values), values],
    ["F16", Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x0001), [1, -2, 0.5, 2 ** -24]],
    ["BF16", Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x8000), [1, -2, 0.5, -0]],
    ["I64", BigInt64Array.of(1n, -2n, 2n ** 40n, 0n), [1, -2, 2 ** 40, 0]],
    ["U64", BigUint64Array.of(1n, 2n ** 63n, 0n, 7n), [1, 2 ** 63, 0, 7]],
    ["I32", Int32Array.of(1, -2, 3, 0), [1, -2, 3, 0]],
    ["U32", Uint32Array.of(1, 2 ** 31, 3, 0), [1, 2 ** 31, 3, 0]],
    ["I16", Int16Array.of(1, -2, 3, 0), [1, -2, 3, 0]],
    ["U16", Uint16Array.of(1, 40_000, 3, 0), [1, 40_000, 3, 0]],
    ["I8", Int8Array.of(1, -2, 3, 0), [1, -2, 3, 0]],
    ["U8", Uint8Array.of(1, 200, 3, 0), [1, 200, 3, 0]],
    ["BOOL", Uint8Array.of(1, 0, 1, 0), [1, 0, 1, 0]],
  ] as const)("%s", (dtype, numbers, expected) => {
    const weight = weightOf("w", "C", [4]);
    const checkpoint = opened([{ name: "w", dtype, shape: [4], content: () => [bytes(numbers)] }]);
    const reader = boundWeights(checkpoint, bind(byPath(weight), checkpoint, ownPaths), refuse);
    expect([...reader.read(weight, "C")]).toEqual(expected);
  });
});

describe("PyTorch's spelling", () => {
  const weights = byPath(
    weightOf("a/conv/kernel", "HWIO", [3, 3, 2, 4]),
    weightOf("a/conv/bias", "C", [4]),
    ...["gamma", "beta", "moving_mean", "moving_variance"].map((role) => weightOf(`a/bn/${role}`, "C", [4])),
  );
  const names = ["a.conv.weight", "a.conv.bias", "a.bn.weight", "a.bn.bias", "a.bn.running_mean", "a.bn.running_var"];

  it("finds kernels and norms", () => {
    const tensors = names.map((name) =>
      name === "a.conv.weight"
        ? floats(name, [4, 2, 3, 3], new Float32Array(72))
        : floats(name, [4], new Float32Array(4)),
    );
    const binding = bestBinding(weights, opened(tensors), [ownPaths, torchNames]);
    expect(isComplete(binding)).toBe(true);
    expect(binding.naming).toBe(torchNames);
    expect(binding.orders.get("a/conv/kernel")).toBe("torch");
    expect(binding.tensors.get("a/bn/gamma")?.name).toBe("a.bn.weight");
  });
});

it("the order of a kernel that fits both ways is that of the file", () => {
  const weight = weightOf("w", "HWIO", [3, 3, 3, 3]);
  const tensors = [floats("w", [3, 3, 3, 3], new Float32Array(81))];
  expect(bind(byPath(weight), opened(tensors), ownPaths).orders.get("w")).toBe("tensorflow");
  expect(bind(byPath(weight), opened(tensors, { axes: "torch" }), ownPaths).orders.get("w")).toBe("torch");
});
