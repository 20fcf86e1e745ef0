// Texts of a hundred bytes that name tensors which no machine holds: whatever runs a model says so in a sentence,
// before anything is allocated. And what rounding does in real engines is no fault.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder, type Run } from "./deepmacc.ts";

const huge: readonly (readonly [title: string, text: string])[] = [
  ["an input", "model A on x: f32[N, 100000, 100000, 4] = x -> relu"],
  ["a border", "model A on x: f32[N, 8, 8, 4] = x -> pad(30000)"],
  ["a resize", "model A on x: f32[N, 8, 8, 4] = x -> upsample(9000)"],
  ["tiles", "model A on x: f32[N, 1, 1, 4] = x -> tile_to(40000, 40000)"],
  ["a window", "model A on x: f32[N, 2000, 2000, 4] = x -> max_pool(201, stride = 1)"],
  ["a picture", "model A on x: f32[N, 2160, 3840, 3] = x -> max_pool(2) -> relu -> upsample(2)"],
  ["a size rule", "model A on x: f32[N, S, S, 4] = x -> conv(4, k = 1000, stride = 1000, pad = 0) -> upsample(4000)"],
];

const inFile = (text: string, args: readonly string[]): Run =>
  inFolder((cwd) => {
    writeFileSync(join(cwd, "a.dm"), `dm 1\n${text}\n`);
    return deepmacc(args, { cwd });
  });

const isCalm = (run: Run): void => {
  expect(run.exit, run.stderr).not.toBe(70);
  expect(run.stderr).not.toMatch(/Invalid|allocation|undefined/);
  expect(run.cpu).toBeLessThan(4);
  expect(run.peak).toBeLessThan(400);
};

describe.each(huge)("%s", (_title, text) => {
  it("is built, and not checked", () => {
    const run = inFile(text, ["build", "a.dm"]);
    isCalm(run);
    if (run.exit === 0) expect(run.stdout).toMatch(/not checked: its tensors hold|not checked: it takes/);
  });
  it("is no reason to run in Python either", () => {
    isCalm(inFile(text, ["build", "a.dm", "--target", "torch", "--no-weights", "--verify", "off"]));
    isCalm(inFile(text, ["build", "a.dm", "--target", "torch"]));
  });
});

describe("what is asked for and too large", () => {
  const [, text] = huge[0] as readonly [string, string];
  it.each(["verify", "bench", "quantize"])("%s says so", (command) => {
    const run = inFile(text, [command, "a.dm", ...(command === "verify" ? ["--targets", "onnx"] : [])]);
    expect(run.exit).toBe(5);
    expect(run.stderr).toMatch(/A is too large to be run: its tensors hold \S+ numbers, and 1\.07e9 are taken/);
  });
});

describe("rounding in a real engine", () => {
  it.each([
    ["a mean near nothing", "model M on x: f32[N, 64, 64, 8] = x -> average"],
    ["whole numbers beside a step", "model M on x: f32[N, 16, 16, 8] = x -> conv(64) -> scale(100) -> cast(i32)"],
    ["infinities", "model M on x: f32[N, 8, 8, 4] = x -> scale(1e30) -> relu -> scale(1e30)"],
  ])("is no fault: %s", (_title, text) => {
    const run = inFile(text, ["verify", "a.dm", "--targets", "onnx,tfjs"]);
    expect(run.exit, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/onnx .* ok\n.*tfjs .* ok/);
  });
});
