// Writes models for PyTorch together with what `evaluate` makes of them. With DEEPMACC_TORCH_DIR set they stay
// there, and tests/peers runs them; without it what can be said in TypeScript is checked.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { bytesOf, type TensorToWrite, writeSafetensors } from "../../checkpoints/index.ts";
import { evaluate, sizesFrom } from "../../compiler/evaluate.ts";
import { concreteDims, targetDims } from "../../compiler/ir/axes.ts";
import type { Graph, Value, Weight } from "../../compiler/ir/graph.ts";
import { reachable } from "../../compiler/ir/graph-walk.ts";
import { drawingOf } from "../../compiler/ir/initial.ts";
import { readExact, type WeightReader, weightsFrom } from "../../compiler/ir/weights.ts";
import type { NDArray } from "../../compiler/ops/index.ts";
import { batchStatistics } from "../../compiler/ops/layers/batch-statistics.ts";
import { countBuffers, countParams } from "../../compiler/ops/measure.ts";
import { evaluateDim } from "../../compiler/sizes/dim/dim.ts";
import { emitTorch, probeOf, type TorchFile, type TorchOptions } from "../../compiler/targets/torch/index.ts";
import { variedWeights } from "../../compiler/testing.ts";

const folder = process.env["DEEPMACC_TORCH_DIR"];

export interface TorchCase {
  /** A folder name: `heads/hg20`. */
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, NDArray>;
  readonly weights?: WeightReader;
  readonly layout?: TorchOptions["layout"];
  /** Also records what a training step does to moving statistics. */
  readonly statistics?: boolean;
}

export function emit(graph: Graph, options: Partial<TorchOptions> = {}): TorchFile {
  const file = emitTorch(graph, { layout: "nhwc", compilerVersion: "0.0.0", hasWeights: true, ...options });
  if ("unsupported" in file)
    throw new Error(file.unsupported.map(({ node, reason }) => `${node.path}: ${reason}`).join("\n"));
  return file;
}

/** Emits the graph, checks what can be checked here, and keeps it for the peer tests. */
export function torchCase({ name, graph, feeds, layout = "nhwc", weights, statistics = false }: TorchCase): TorchFile {
  const reader = weights ?? weightsFrom(variedWeights(graph));
  const probe = probeOf(graph, layout);
  // Not every case, or the reference would be most of the time of this test.
  const expected = probe.macs < 3e6 ? evaluate(graph, probe.feeds, reader) : undefined;
  const file = emit(graph, { layout, ...(expected && { expected }) });
  const names = file.tensors.map((tensor) => tensor.name);
  expect(new Set(names).size, "names of tensors").toBe(names.length);
  const count = (trainable: boolean) =>
    file.tensors
      .filter(({ weight }) => weight.trainable === trainable)
      .reduce((sum, { weight }) => sum + concreteDims(weight).reduce((a, b) => a * b, 1), 0);
  const alive = reachable(
    graph.nodes,
    graph.outputs.map(({ value }) => value),
  );
  expect(count(true)).toBe(countParams(alive));
  expect(count(false)).toBe(countBuffers(alive));
  for (const line of file.text.split("\n")) expect(line).toBe(line.trimEnd());
  if (folder) keep(join(folder, name), { name, graph, feeds, layout, weights: reader, statistics }, file);
  return file;
}

function keep(path: string, made: Required<TorchCase>, file: TorchFile): void {
  const { graph, feeds, layout, weights, statistics } = made;
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "model.py"), file.text);
  const stored = file.tensors.map(({ name, weight, axes }): TensorToWrite => {
    const content = () => bytesOf(weights.read(weight, axes));
    return { name, dtype: "F32", shape: targetDims(weight, axes), content };
  });
  write(join(path, "weights.safetensors"), stored);
  const sizes = sizesFrom(graph, feeds);
  const rows = (value: Value | undefined) =>
    (value?.type.dims.slice(0, -1) ?? []).reduce<number>((product, dim) => product * evaluateDim(dim, sizes), 1);
  // PyTorch refuses to normalise over one value.
  const canTrain = graph.nodes.every(({ op, inputs }) => op !== "bn" || rows(inputs[0]) > 1);
  const trained = canTrain ? evaluate({ ...graph, phase: "train" }, feeds, weights) : undefined;
  const of = (prefix: string, arrays: ReadonlyMap<string, NDArray>, ports: Graph["inputs"]) =>
    ports.map(({ name, value }) => tensor(`${prefix}/${name}`, value, arrays.get(name) as NDArray, layout));
  write(join(path, "case.safetensors"), [
    ...of("input", feeds, graph.inputs),
    ...of("infer", evaluate(graph, feeds, weights), graph.outputs),
    ...(trained ? of("train", trained, graph.outputs) : []),
    ...(statistics ? runningStatistics(made, file) : []),
  ]);
  const facts = {
    exact: graph.nodes.every(({ op }) => op !== "cast"),
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
    drawn: Object.fromEntries(
      file.tensors.map(({ name, weight }) => [name, drawingOf(weight.initialiser, weight.path)]),
    ),
  };
  writeFileSync(join(path, "case.json"), JSON.stringify(facts));
}

const write = (path: string, tensors: readonly TensorToWrite[]): void =>
  writeFileSync(path, Buffer.concat([...writeSafetensors(tensors).chunks()]));

/** An array in the axes of the file. */
function tensor(name: string, value: Value, { dims, data }: NDArray, layout: TorchOptions["layout"]): TensorToWrite {
  const isMoved = layout === "nchw" && value.type.dims.length >= 4;
  const [h = 1, w = 1, c = 1] = dims.slice(-3);
  const place = (i: number): number => {
    const [image, rest] = [Math.floor(i / (h * w * c)), i % (h * w * c)];
    return (image * h * w + (rest % (h * w))) * c + Math.floor(rest / (h * w));
  };
  const shape = isMoved ? [...dims.slice(0, -3), c, h, w] : dims;
  const ordered = Float64Array.from({ length: data.length }, (_, i) => data[isMoved ? place(i) : i] as number);
  return { name, dtype: "F64", shape, content: () => [new Uint8Array(ordered.buffer)] };
}

/** Moving statistics after one step: PyTorch takes in the unbiased variance. */
function runningStatistics({ graph, feeds, weights }: Required<TorchCase>, file: TorchFile): readonly TensorToWrite[] {
  const norms = graph.nodes.filter(({ op }) => op === "bn");
  const outputs = norms.map(({ inputs }, i) => ({ name: `norm${i}`, value: inputs[0] as Value }));
  const seen = evaluate({ ...graph, phase: "train", outputs }, feeds, weights);
  return norms.flatMap((node, i) => {
    const x = seen.get(`norm${i}`) as NDArray;
    const { mean, variance } = batchStatistics(x);
    const count = x.data.length / mean.length;
    const decay = Number(node.params["decay"]);
    const after = (weight: Weight | undefined, batch: Float64Array): TensorToWrite => {
      const stored = file.tensors.find((tensor) => tensor.weight === weight);
      if (!weight || !stored) throw new Error(`no statistics of ${node.path}`);
      const before = readExact(weights, weight, "logical");
      const numbers = batch.map((value, c) => decay * (before[c] ?? 0) + (1 - decay) * value);
      return {
        name: `after/${stored.name}`,
        dtype: "F64",
        shape: [numbers.length],
        content: () => [new Uint8Array(numbers.buffer)],
      };
    };
    const { moving_mean, moving_variance } = node.weights;
    return [
      after(moving_mean, mean),
      after(
        moving_variance,
        variance.map((v) => (v * count) / (count - 1)),
      ),
    ];
  });
}
