// What a consumer gets: the packed package, installed elsewhere without a network, imported, compiled
// against and run.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./deepmacc.ts";

let consumer = "";

function run(command: string, args: readonly string[], cwd: string) {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  return { status: result.status, output: `${result.stdout}${result.stderr}`, stdout: result.stdout };
}

beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), "deepmacc-consumer-"));
  const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", consumer], root);
  expect(packed.status, packed.output).toBe(0);
  const tarball = readdirSync(consumer).find((name) => name.endsWith(".tgz")) ?? "";
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", type: "module", private: true }));
  const installed = run(
    "npm",
    ["install", "--ignore-scripts", "--offline", "--no-audit", "--no-fund", `./${tarball}`],
    consumer,
  );
  expect(installed.status, installed.output).toBe(0);
});
afterAll(() => rmSync(consumer, { recursive: true, force: true }));

const inside = (...parts: string[]): string => join(consumer, "node_modules", "deepmacc", ...parts);

it("holds what it needs and nothing of the workshop", () => {
  const names = readdirSync(inside()).sort();
  const ours = ["CHANGELOG.md", "LICENSE", "NOTICE", "README.md", "dist", "docs", "models", "package.json", "specs"];
  expect(names).toEqual(ours);
  const files = readdirSync(inside("dist"), { recursive: true, encoding: "utf8" });
  expect(files.filter((name) => /\.test\.|\.map$/.test(name))).toEqual([]);
});

it("needs no other package", () => {
  const { dependencies } = JSON.parse(readFileSync(inside("package.json"), "utf8")) as { dependencies?: object };
  expect(dependencies ?? {}).toEqual({});
  expect(readdirSync(join(consumer, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["deepmacc"]);
});

it("names every exported file", () => {
  const { exports } = JSON.parse(readFileSync(inside("package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
  };
  for (const target of Object.values(exports)) {
    for (const path of typeof target === "string" ? [target] : Object.values(target)) {
      expect(readFileSync(inside(path), "utf8").length).toBeGreaterThan(0);
    }
  }
});

it("can be imported by every export", () => {
  writeFileSync(
    join(consumer, "use.js"),
    `import * as all from "deepmacc";
import * as grammar from "deepmacc/grammar";
import * as compiler from "deepmacc/compiler";
import { elaborate, emitOnnx } from "deepmacc/compiler/onnx";
import { emitTfjs } from "deepmacc/compiler/tfjs";
import { emitTorch } from "deepmacc/compiler/torch";
import * as runtime from "deepmacc/runtime";
import * as vision from "deepmacc/vision";
const source = { name: "a.dm", text: "dm 1\\nmodel M on x: f32[N, S, S, 8] = x -> conv(4) -> relu\\n" };
const program = compiler.loadProgram(source, () => ({ error: "none" }));
const { summary } = compiler.summarize(program, { model: "M" });
console.log(JSON.stringify([typeof all.loadProgram, grammar.parse(source).diagnostics.length, summary.params, typeof runtime.openSession, elaborate === compiler.elaborate, emitOnnx === compiler.emitOnnx, emitTfjs === compiler.emitTfjs, emitTorch === compiler.emitTorch, vision.maskArea(vision.rleFromBox([1, 1, 2, 3], { height: 5, width: 5 }))]));
`,
  );
  const { stdout, output } = run(process.execPath, ["use.js"], consumer);
  expect(stdout.trim(), output).toBe('["function",0,292,"function",true,true,true,true,6]');
});

it("registers the layers of tfjs with the tfjs of the consumer", () => {
  const folder = join(consumer, "with-tfjs");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  cpSync(inside(), join(folder, "node_modules", "deepmacc"), { recursive: true });
  symlinkSync(join(root, "node_modules", "@tensorflow"), join(folder, "node_modules", "@tensorflow"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(
    join(folder, "use.js"),
    `import * as tf from "@tensorflow/tfjs";
import "deepmacc/tfjs";
import { elaborate, emitTfjs, freshWeights, loadProgram } from "deepmacc/compiler";
const text = "dm 1\\nmodel M on x: f32[N, K, S, S, 3] = x -> conv(4) -> upsample(2, mode = bilinear)\\n";
const program = loadProgram({ name: "a.dm", text }, () => ({ error: "none" }));
const { graph } = elaborate(program, { model: "M" }, "infer");
const options = { layout: "nhwc", weights: freshWeights(1), metadata: {}, compilerVersion: "1" };
const [shard, json] = emitTfjs(graph, options).files.map(({ chunks }) => Buffer.concat([...chunks()]));
const { modelTopology, weightsManifest } = JSON.parse(json);
const weightData = new Uint8Array(shard).buffer;
tf.env().set("PROD", true);
const model = await tf.loadLayersModel(
  tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
);
console.log(JSON.stringify(model.predict(tf.ones([1, 2, 4, 4, 3])).shape));
`,
  );
  const { stdout, output } = run(process.execPath, ["use.js"], folder);
  expect(stdout.trim(), output).toBe("[1,2,8,8,4]");
});

const resolutions: readonly (readonly [string, string])[] = [
  ["nodenext", "nodenext"],
  ["bundler", "esnext"],
];
it.each(resolutions)("has types for moduleResolution %s", (resolution, module) => {
  const folder = join(consumer, `types-${resolution}`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, "use.ts"),
    `import { type Graph, loadProgram, type Program, summarize } from "deepmacc";
import type { Diagnostic, Source } from "deepmacc/grammar";
import { elaborate, emitOnnx, freshWeights, optimize } from "deepmacc/compiler/onnx";
import { isEngineFailure, openSession } from "deepmacc/runtime";
import { layerNames, register } from "deepmacc/tfjs";

const source: Source = { name: "a.dm", text: "" };
const program: Program = loadProgram(source, () => ({ error: "none" }));
const found: readonly Diagnostic[] = summarize(program, {}).diagnostics;
export const codes: string[] = found.map((diagnostic) => diagnostic.code);
const graph: Graph | undefined = elaborate(program, {}, "infer").graph;
export const best = graph && optimize(graph, { fold: true });
export const used = [emitOnnx, freshWeights, openSession, isEngineFailure, register];
export const names: readonly string[] = layerNames;
// @ts-expect-error a program is no number: the types are real, not any
export const wrong: number = program;
`,
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: "es2022",
        module,
        moduleResolution: resolution,
        skipLibCheck: false,
        types: [],
      },
      files: ["use.ts"],
    }),
  );
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, output } = run(process.execPath, [tsc, "-p", folder], consumer);
  // The engines are optional peers and are not installed here, so their own types are missing.
  const peers = /onnxruntime-node|@tensorflow\/tfjs|sharp/;
  const lines = output.split("\n").filter((line) => line.includes("error") && !peers.test(line));
  expect(lines, `${status}`).toEqual([]);
});

it("has a command that runs", () => {
  const command = join(consumer, "node_modules", ".bin", "deepmacc");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect(run(command, ["--version"], consumer).stdout.trim()).toBe(version);
  const built = run(command, ["build", "HG[10]", "--at", "S=32,C=50", "--with", "nc=2", "-o", "a.onnx"], consumer);
  expect(built.status, built.output).toBe(0);
  const demo = run(command, ["demo"], consumer);
  expect(demo.output).toContain("onnxruntime-node");
  expect(demo.output).not.toMatch(/\n\s+at /);
});
