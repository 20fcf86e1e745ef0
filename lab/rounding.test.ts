// Rounding is no fault, however far it carries an answer; a fault is one, however small the numbers around it are.
import { describe, expect, it } from "vitest";
import {
  elaborate,
  evaluate,
  freshWeights,
  type Graph,
  loadProgram,
  type NDArray,
  newSession,
  type WeightReader,
} from "../compiler/index.ts";
import type { Session, TensorData } from "../runtime/index.ts";
import { compareFile } from "./compare.ts";
import { tryOut } from "./trial.ts";

const weights = freshWeights(0);

function prepared(body: string) {
  const text = `dm 1\nmodel M on x: f32[N, 16, 16, 8] ${body.startsWith("{") ? body : `= ${body}`}\n`;
  const program = loadProgram({ name: "m.dm", text }, () => ({ error: "nothing is imported" }));
  const { graph, diagnostics } = elaborate(program, {}, "infer");
  if (!graph) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const trial = tryOut({ program, request: {}, session: newSession(), graph, weights, seed: 0 });
  if ("diagnostics" in trial) throw new Error("no trial");
  return { graph, trial };
}

type Change = (array: NDArray) => NDArray;

/** An engine that computes in single precision: what every node reads is rounded, and what it answers. */
function engine(graph: Graph, reader: WeightReader, change: Change): Session {
  const inputs = graph.inputs.map(({ name }) => ({ name, type: "float32" as const, dims: [] }));
  const outputs = graph.outputs.map(({ name }) => ({ name, type: "float32" as const, dims: [] }));
  return {
    backend: "onnxruntime-node",
    title: "an engine in single precision",
    manifest: { inputs, outputs, metadata: {} },
    run: async (feeds) => {
      const given = new Map(
        Object.entries(feeds).map(([name, { dims, data }]) => [name, { dims, data: Float64Array.from(data) }]),
      );
      const answer = evaluate(graph, given, reader, { read: rounded });
      return Object.fromEntries([...answer].map(([name, array]) => [name, tensorOf(change(array))]));
    },
    time: async () => 0,
    close: async () => {},
  };
}

const tensorOf = ({ dims, data }: NDArray): TensorData => ({ dims, data: Float32Array.from(data) });
const rounded = ({ dims, data }: NDArray): NDArray => ({ dims, data: data.map(Math.fround) });

async function verdictOf(
  body: string,
  { read = weights, change = (array) => array }: { readonly read?: WeightReader; readonly change?: Change } = {},
) {
  const { graph, trial } = prepared(body);
  const open = async () => engine(graph, read, change);
  const verdict = await compareFile("", { target: "onnx", open, layout: "nhwc", trial, tolerance: 1e-5 });
  return verdict.status;
}

/** One number of one weight is a hundredth off. */
const wrong = (role: string, at = 0, factor = 1.01): WeightReader => ({
  read: (weight, axes) => {
    const numbers = weights.read(weight, axes).slice();
    if (weight.path.endsWith(role)) numbers[at] = (numbers[at] as number) * factor;
    return numbers;
  },
});

describe("rounding", () => {
  it.each([
    ["a mean near nothing", "x -> average"],
    ["a mean of what a layer made", "x -> conv(8) -> average"],
    ["a difference of what is nearly equal", "{ let a = x -> conv(8)\n  return a - (a -> scale(1.0000001)) }"],
    ["whole numbers beside a step", "x -> conv(64) -> scale(100) -> cast(i32)"],
    ["a deep chain", "x -> ((conv(8) -> relu) * 20)"],
  ])("is no fault: %s", async (_title, body) => {
    expect(await verdictOf(body)).toBe("ok");
  });
});

describe("a fault is found", () => {
  it("in one number of one weight", async () => {
    expect(await verdictOf("x -> conv(8)", { read: wrong("kernel") })).toBe("mismatch");
    expect(await verdictOf("x -> ((conv(8) -> relu) * 20)", { read: wrong("0/conv/kernel", 0, 1.5) })).toBe("mismatch");
  });
  it("before a last layer that makes everything tiny", async () => {
    expect(await verdictOf("x -> conv(8) -> scale(1e-12)", { read: wrong("kernel") })).toBe("mismatch");
  });
  it("where a mean hides it", async () => {
    expect(await verdictOf("x -> conv(8) -> average", { read: wrong("kernel", 0, 1.5) })).toBe("mismatch");
  });
  it("in whole numbers that are all a step off, or one of them by two", async () => {
    const shifted: Change = ({ dims, data }) => ({ dims, data: data.map((v) => v + 1) });
    const body = "x -> conv(64) -> scale(100) -> cast(i32)";
    expect(await verdictOf(body, { change: shifted })).toBe("mismatch");
    const once: Change = ({ dims, data }) => ({ dims, data: data.map((v, i) => (i === 7 ? v + 2 : v)) });
    expect(await verdictOf(body, { change: once })).toBe("mismatch");
  });
  it("in a place that is not there: rows that moved by one", async () => {
    const moved: Change = ({ dims, data }) => ({ dims, data: data.map((_, i) => data[(i + 8) % data.length] ?? 0) });
    expect(await verdictOf("x -> conv(8)", { change: moved })).toBe("mismatch");
  });
});

describe("what is not finite", () => {
  const first =
    (value: number): Change =>
    ({ dims, data }) => ({ dims, data: data.map((v, i) => (i === 0 ? value : v)) });
  it("is seen, and hides nothing beside it", async () => {
    const overflow = "x -> conv(8) -> scale(1e30) -> scale(1e30)";
    expect(await verdictOf(overflow)).toBe("ok");
    expect(await verdictOf(overflow, { change: first(1) })).toBe("mismatch");
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(await verdictOf("x -> conv(8)", { change: first(value) })).toBe("mismatch");
  });
});
