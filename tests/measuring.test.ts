// `bench` and `quantize` as users meet them. No test here says how fast anything is.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder } from "./deepmacc.ts";

const small = ["--at", "S=8,C=5", "--with", "nc=4"];

const waves = (dims: readonly number[]) =>
  Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i));

function writeNpy(path: string, dims: readonly number[], data = waves(dims)): void {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims.join(", ")}), }`.padEnd(117);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]);
  writeFileSync(
    path,
    Buffer.concat([start, Buffer.from(`${header}\n`), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]),
  );
}

describe("bench", () => {
  it("answers one row per precision and batch, and leaves nothing behind", () => {
    inFolder((cwd) => {
      const run = deepmacc(
        ["bench", "HG[10]", ...small, "--targets", "onnx", "--runs", "3", "--batch", "1,2", "--quantized", "--json"],
        {
          cwd,
        },
      );
      expect(run.exit, run.stderr + run.stdout).toBe(0);
      const { results, peaks, runs } = JSON.parse(run.stdout);
      expect(runs).toBe(3);
      expect(peaks).toMatchObject([{ target: "onnx" }]);
      expect(results.map(({ precision, batch }: { precision: string; batch: number }) => [precision, batch])).toEqual([
        ["float32", 1],
        ["int8", 1],
        ["float32", 2],
        ["int8", 2],
      ]);
      const { milliseconds, samplesPerSecond, gflops, peakFraction, macs } = results[2];
      expect(macs).toBe(2 * results[0].macs);
      expect(milliseconds.p50).toBeLessThanOrEqual(milliseconds.p90);
      expect(milliseconds.p90).toBeLessThanOrEqual(milliseconds.p99);
      expect(samplesPerSecond).toBeCloseTo(2000 / milliseconds.p50);
      expect(gflops).toBeCloseTo((2 * macs) / milliseconds.p50 / 1e6);
      expect(peakFraction).toBeCloseTo(gflops / peaks[0].gflops);
      expect(readdirSync(cwd)).toEqual([]);
    });
  });

  it("shows a table", () => {
    const { exit, stdout } = deepmacc(["bench", "HG[10]", ...small, "--runs", "2", "--batch", "1", "--threads", "1"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/HG\[10\]: 2 runs in turn on 1 thread/);
    expect(stdout).toMatch(/N +p50 +p90 +p99 +samples\/s +GFLOP\/s +of peak/);
    expect(stdout).toMatch(/onnx \(onnxruntime-node\) +1 .* ms .* %\n/);
    expect(stdout).toMatch(/tfjs \(tfjs-\w+\) +1 .* ms .* %\n/);
  });

  it.each([
    ["an open size", ["--at", "C=5"], "fix the others: --at S=…"],
    ["an unknown target", [...small, "--targets", "abacus"], "targets are onnx, tfjs and torch"],
    ["no runs", [...small, "--runs", "0"], "--runs must be a whole number"],
  ])("refuses %s", (_title, args, help) => {
    const run = deepmacc(["bench", "HG[10]", ...args]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain(help);
  });
});

describe("quantize", () => {
  it("asks for a free size by its name in the text, whatever rule it has", () => {
    inFolder((cwd) => {
      const text =
        "dm 1\nmodel M on x: f32[N, H, 8, 4] {\n  let (a, b) = x -> conv(4) -> split(2, axis = 1)\n  return a + b\n}\n";
      writeFileSync(join(cwd, "halves.dm"), text);
      const run = deepmacc(["quantize", "halves.dm"], { cwd });
      expect(run.exit, run.stderr).toBe(2);
      expect(run.stderr).toContain("--at H=…");
      expect(deepmacc(["quantize", "halves.dm", "--at", "H=8"], { cwd }).exit).toBe(0);
    });
  });

  it("says that a detector is too large to be run", () => {
    const run = deepmacc(["quantize", "DeepMAC"]);
    expect([run.exit, run.stderr]).toEqual([5, expect.stringContaining("DeepMAC is too large to be run")]);
  });

  it("refuses a count of random samples beside files, and says what a file holds instead of the input", () => {
    inFolder((cwd) => {
      const both = deepmacc(["quantize", "HG[10]", ...small, "--calibration", "x.npy", "--samples", "8"], { cwd });
      expect([both.exit, both.stderr]).toEqual([2, expect.stringContaining("--samples")]);
      deepmacc(["weights", "init", "HG[10]", ...small, "-o", "w.safetensors"], { cwd });
      const wrong = deepmacc(["quantize", "HG[10]", ...small, "--calibration", "w.safetensors"], { cwd });
      expect([wrong.exit, wrong.stderr]).toEqual([
        2,
        expect.stringMatching(/no input x\n.*it holds \S+, .* more; the inputs of the model are x\n/),
      ]);
    });
  });

  it("writes a smaller file and says how far it is from float", () => {
    inFolder((cwd) => {
      writeNpy(join(cwd, "inputs.npy"), [6, 8, 8, 5]);
      const wide = ["--at", "S=8,C=5", "--with", "nc=16"];
      const run = deepmacc(["quantize", "HG[10]", ...wide, "--calibration", "inputs.npy", "--batch", "3", "--json"], {
        cwd,
      });
      expect(run.exit, run.stderr + run.stdout).toBe(0);
      const { file, bytes, outputs } = JSON.parse(run.stdout);
      expect(file).toBe("hg10-int8.onnx");
      expect(Object.keys(outputs[0])).toEqual(["name", "max", "mean", "scale", "sqnr"]);
      expect(outputs[0].sqnr).toBeGreaterThan(15);
      const { stdout } = deepmacc(["build", "HG[10]", ...wide, "--json", "-o", "float.onnx"], { cwd });
      expect(bytes).toBeLessThan(JSON.parse(stdout).bytes / 2);
      expect(readdirSync(cwd).sort()).toEqual(["float.onnx", "hg10-int8.onnx", "inputs.npy"]);
    });
  });

  it("counts every sample: what the last ones hold is in the range, and in the error", () => {
    inFolder((cwd) => {
      const count = 8 * 8 * 5;
      const data = Float32Array.from({ length: 15 * count }, (_, i) => Math.sin(i) * (i < 8 * count ? 1 : 50));
      writeNpy(join(cwd, "crops.npy"), [15, 8, 8, 5], data);
      const run = deepmacc(["quantize", "HG[10]", ...small, "--calibration", "crops.npy", "--json"], { cwd });
      expect(run.exit, run.stderr).toBe(0);
      const [{ max }] = JSON.parse(run.stdout).outputs;
      expect(max).toBeLessThan(0.2);
      // The scale of the comparison is that of the large ones.
      writeNpy(join(cwd, "first.npy"), [8, 8, 8, 5], data.subarray(0, 8 * count));
      const first = deepmacc(["quantize", "HG[10]", ...small, "--calibration", "first.npy", "--json"], { cwd });
      expect(JSON.parse(run.stdout).outputs[0].scale).toBeGreaterThan(2 * JSON.parse(first.stdout).outputs[0].scale);
    });
  });

  it("calibrates on a safetensors file, under the input's name, with the weights of a checkpoint", () => {
    inFolder((cwd) => {
      const data = new Uint8Array(Float32Array.from({ length: 4 * 8 * 8 * 5 }, (_, i) => Math.sin(i)).buffer);
      const header = JSON.stringify({ x: { dtype: "F32", shape: [4, 8, 8, 5], data_offsets: [0, data.length] } });
      const length = Buffer.alloc(8);
      length.writeUInt32LE(header.length);
      writeFileSync(join(cwd, "x.safetensors"), Buffer.concat([length, Buffer.from(header), data]));
      expect(
        deepmacc(["weights", "init", "HG[10]", ...small, "--seed", "3", "-o", "w.safetensors"], { cwd }).exit,
      ).toBe(0);
      const quantize = (...more: string[]) =>
        deepmacc(["quantize", "HG[10]", ...small, "--calibration", "x.safetensors", "--json", ...more], { cwd });
      const [fromFile, fromSeed] = [quantize("--weights", "w.safetensors"), quantize("--seed", "3")];
      expect(fromFile.exit, fromFile.stdout).toBe(0);
      expect(JSON.parse(fromFile.stdout).outputs).toEqual(JSON.parse(fromSeed.stdout).outputs);
    });
  });

  it.each([
    ["other axes", [6, 5, 8, 8], "inputs.npy", "input x is [N, 8, 8, 5], but inputs.npy holds [6, 5, 8, 8]", 2],
    ["a file that is none", [1], "nowhere.npy", "cannot read nowhere.npy", 74],
    ["another kind of file", [1], "inputs.csv", "cannot tell what inputs.csv holds by its name", 2],
  ])("refuses %s", (_title, dims, name, message, exit) => {
    inFolder((cwd) => {
      writeNpy(join(cwd, "inputs.npy"), dims);
      const run = deepmacc(["quantize", "HG[10]", ...small, "--calibration", name], { cwd });
      expect(run.stderr).toContain(message);
      expect(run.exit).toBe(exit);
      expect(existsSync(join(cwd, "hg10-int8.onnx"))).toBe(false);
    });
  });
});
