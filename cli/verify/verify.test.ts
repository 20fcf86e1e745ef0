// A file with one wrong weight must be found, and the layer named; what agrees must pass.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elaborate, freshWeights, type Graph, type NDArray, type WeightReader } from "../../compiler/index.ts";
import { type Comparison, compareFile, firstLayer, fromInterface, toInterface, tryOut } from "../../lab/index.ts";
import { plain } from "../../report/index.ts";
import { exits } from "../exit.ts";
import { chooseModel } from "../model.ts";
import { targetNamed } from "../targets/index.ts";
import { verifyModeOf, withCheck } from "./built.ts";
import { layerDiagnostics, tableOf } from "./report.ts";
import { verify } from "./verify.ts";

const chosen = chooseModel("specs/heads/hourglass.dm:HG[20]", { at: ["C=6"], with: ["nc=2"] });
const { graph } = elaborate(chosen.program, chosen.request, "infer");
if (!graph) throw new Error("the shipped spec does not elaborate");
const weights = freshWeights(0);
const trial = tryOut({ ...chosen, graph, weights, seed: 0 });
if ("diagnostics" in trial) throw new Error("no trial");
const onnx = targetNamed("onnx");
const comparison: Comparison = { target: onnx.name, open: onnx.open, layout: "nhwc", trial, tolerance: 1e-5 };

/** Every number of one weight is half as large again. */
const wrongAt = (path: string): WeightReader => ({
  read: (weight, axes) => {
    const base = weight.derived?.base?.path ?? weight.path;
    const numbers = weights.read(weight, axes);
    return base === path ? numbers.map((v) => v * 1.5) : numbers;
  },
});

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deepmacc-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const writer = (reader: WeightReader) => async (each: Graph) => {
  const path = join(folder, `${files++}.onnx`);
  const written = await onnx.write(each, { path, options: {}, weights: reader, progress: () => {} });
  return "unsupported" in written ? undefined : path;
};

const compared = async (reader: WeightReader) => {
  const path = await writer(reader)(graph);
  if (typeof path !== "string") throw new Error("not written");
  return compareFile(path, comparison);
};

describe("verify", () => {
  it("passes what agrees", async () => {
    const verdict = await compared(weights);
    expect(verdict).toMatchObject({ status: "ok", target: "onnx", outputs: [{ name: "output" }] });
    expect(tableOf([verdict], 1e-5, plain)).toMatch(/^ {2}target {2}output {2}max .*\n {2}onnx {4}output .*ok$/);
  });

  it("names the layer whose weight is wrong", async () => {
    const path = "trunk/hourglass/up/inner/low/stage/chain/0/body/conv";
    expect(graph.nodes.map((node) => node.path)).toContain(path);
    const reader = wrongAt(`${path}/kernel`);
    const verdict = await compared(reader);
    if (verdict.status !== "mismatch") throw new Error(verdict.status);
    const layer = await firstLayer(graph, verdict.outputs, comparison, writer(reader));
    expect(layer?.node.path).toBe(path);
    const [diagnostic] = layerDiagnostics([{ ...verdict, ...(layer && { layer }) }], 1e-5);
    expect(diagnostic?.code).toBe("DM7101");
    expect(diagnostic?.span.source.name).toBe("specs/blocks.dm");
  });

  it("marks the output that differs, and no other", () => {
    const outputs = [
      { name: "near", max: 1e-7, mean: 1e-8, scale: 1 },
      { name: "far", max: 0.1, mean: 0.01, scale: 1 },
    ];
    const table = tableOf([{ status: "mismatch", target: "onnx", outputs }], 1e-5, plain);
    expect(table).toMatch(/near .*ok\n.*far .*differs/);
  });

  it("says what does not run", async () => {
    expect(await compareFile(join(folder, "nothing.onnx"), comparison)).toMatchObject({ status: "failed" });
  });
});

describe("the end of a build", () => {
  const built = { exit: exits.ok, document: {}, stdout: "written\n" };
  const output = { name: "mask", max: 0.5, mean: 0.1, scale: 1 };
  it("is an error where the file computes something else", () => {
    const outcome = withCheck(built, { status: "mismatch", target: "onnx", outputs: [output] }, "quick", plain);
    expect(outcome.exit).toBe(3);
    expect(outcome.stderr).toContain("mask is off by 5.0e-1 of scale");
  });
  it("minds a missing engine only where the check was asked for", () => {
    const missing = { status: "missing", target: "onnx", reason: "npm install onnxruntime-node" } as const;
    expect(withCheck(built, missing, "quick", plain)).toMatchObject({
      exit: 0,
      document: { verify: { status: "missing" } },
    });
    expect(withCheck(built, missing, "full", plain).exit).toBe(4);
  });
  it("knows three ways", () => {
    expect(verifyModeOf()).toBe("quick");
    expect(() => verifyModeOf("sometimes")).toThrow(/off, quick or full/);
  });
});

describe("layouts", () => {
  const array: NDArray = { dims: [2, 3, 2, 2], data: Float64Array.from({ length: 24 }, (_, i) => i) };
  it("move channels to the front and back", () => {
    const first = toInterface(array, "nchw");
    expect(first.dims).toEqual([2, 2, 3, 2]);
    expect([...first.data.slice(0, 6)]).toEqual([0, 2, 4, 6, 8, 10]);
    expect(fromInterface(first, "nchw")).toEqual(array);
  });
  it("leave vectors alone", () => {
    const vector: NDArray = { dims: [2, 3], data: new Float64Array(6) };
    expect(toInterface(vector, "nchw")).toEqual(vector);
  });
});

it("says at once what is too large to be run", async () => {
  await expect(verify("DeepMARC[50]", {}, plain)).rejects.toMatchObject({
    exit: exits.limit,
    message: expect.stringContaining("DeepMARC[50] is too large to be run"),
  });
});
