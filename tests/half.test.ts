// Half precision on the command line: written, checked, timed, refused.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "../checkpoints/index.ts";
import { deepmacc, inFolder } from "./deepmacc.ts";
import { openedCheckpoint } from "./released.ts";

const small = ["HG[20]", "--at", "S=32,C=50", "--with", "nc=4"];
const net = "dm 1\nmodel Net on x: f32[N, 4, 4, 3] = x -> conv(2) -> bn -> relu -> conv(1) as last\n";

describe("build --dtype f16", () => {
  it("writes half the bytes, and checks the file", () =>
    inFolder((cwd) => {
      deepmacc(["build", ...small, "-o", "single.onnx"], { cwd });
      const { exit, stdout } = deepmacc(["build", ...small, "--dtype", "f16", "-o", "half.onnx"], { cwd });
      expect([exit, stdout]).toEqual([0, expect.stringMatching(/verified: off by at most \d\.\de-[34] of scale/)]);
      const [single, half] = ["single.onnx", "half.onnx"].map((name) => statSync(join(cwd, name)).size);
      expect(half).toBeLessThan(0.75 * (single as number));
    }));

  it("knows other libraries' names of it", () =>
    inFolder((cwd) => {
      for (const name of ["float16", "fp16", "half"])
        expect(deepmacc(["build", ...small, "--dtype", name, "-o", "x.onnx"], { cwd }).exit).toBe(0);
    }));

  it.each([
    [["--dtype", "f8"], '--dtype is f32 or f16, not "f8"'],
    [["--ports", "f16"], "--ports is about half precision, but there is no --dtype f16"],
    [["--dtype", "f16", "--ports", "i8"], '--ports is f32 or f16, not "i8"'],
    [["--dtype", "f16", "--target", "torch"], "its program chooses"],
    [["--dtype", "f16", "--target", "tfjs"], "--dtype is no option of --target tfjs"],
  ])("refuses %j", (args, message) => {
    const { exit, stderr } = deepmacc(["build", ...small, ...args, "-o", "/nowhere/x"]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("refuses a weight that half precision has no number for, and leaves nothing", () =>
    inFolder((cwd) => {
      writeFileSync(join(cwd, "net.dm"), net);
      const numbers = new Float32Array(3 * 3 * 3 * 2).fill(1e5);
      const tensor = (name: string, shape: readonly number[], values: Float32Array) => ({
        name,
        dtype: "F32" as const,
        shape,
        content: () => [new Uint8Array(values.buffer)],
      });
      const ones = new Float32Array(2).fill(1);
      const file = writeSafetensors(
        [
          tensor("conv/kernel", [3, 3, 3, 2], numbers),
          ...["conv/bias", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"].map((name) =>
            tensor(name, [2], ones),
          ),
          tensor("last/kernel", [3, 3, 2, 1], new Float32Array(18)),
          tensor("last/bias", [1], new Float32Array(1)),
        ],
        { axes: "tensorflow" },
      );
      writeFileSync(join(cwd, "w.safetensors"), Buffer.concat([...file.chunks()]));
      const build = ["build", "net.dm", "--weights", "w.safetensors", "--no-fold", "--dtype", "f16", "-o", "x.onnx"];
      const { exit, stderr } = deepmacc(build, { cwd });
      expect([exit, stderr]).toEqual([
        1,
        expect.stringContaining("conv/kernel holds 100000, and half precision ends at 65504"),
      ]);
      expect(stderr).toContain("leave out --dtype f16");
      expect(statSync(join(cwd, "x.onnx"), { throwIfNoEntry: false })).toBeUndefined();
    }));
});

describe("half precision elsewhere", () => {
  it("verify holds it to a tolerance of its own, in the targets that have it", () => {
    const { exit, stdout } = deepmacc(["verify", ...small, "--dtype", "f16", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ tolerance: 1e-2, targets: [{ target: "onnx", status: "ok" }] });
    expect(deepmacc(["verify", ...small, "--dtype", "f16", "--tolerance", "1e-5"]).exit).not.toBe(0);
  });

  it("bench times it beside float32", () => {
    const { stdout } = deepmacc(["bench", ...small, "--dtype", "f16", "--runs", "1", "--batch", "1", "--json"]);
    const { results } = JSON.parse(stdout) as { results: { precision: string }[] };
    expect(results.map(({ precision }) => precision)).toEqual(["float32", "float16"]);
  });

  it("run takes and gives float32, whatever the ports are", () =>
    inFolder((cwd) => {
      writeFileSync(join(cwd, "net.dm"), net);
      deepmacc(["build", "net.dm", "--dtype", "f16", "--ports", "f16", "-o", "net.onnx"], { cwd });
      const values = Float32Array.from({ length: 48 }, (_, i) => Math.sin(i));
      const input = {
        name: "x",
        dtype: "F32" as const,
        shape: [1, 4, 4, 3],
        content: () => [new Uint8Array(values.buffer)],
      };
      writeFileSync(join(cwd, "x.safetensors"), Buffer.concat([...writeSafetensors([input]).chunks()]));
      for (const ref of ["net.onnx", "net.dm"]) {
        const { exit, stderr } = deepmacc(["run", ref, "--input", "x.safetensors", "-o", `${ref}.safetensors`], {
          cwd,
        });
        expect([exit, stderr]).toEqual([0, ""]);
      }
      const numbers = (name: string): readonly number[] => {
        const checkpoint = openedCheckpoint(join(cwd, `${name}.safetensors`));
        const [entry] = checkpoint.tensors.values();
        expect(entry?.dtype).toBe("F32");
        return [...checkpoint.pieces(entry?.name ?? "")].flatMap((piece) =>
          piece instanceof Uint8Array ? [...new Float32Array(piece.slice().buffer)] : [],
        );
      };
      const [half, single] = [numbers("net.onnx"), numbers("net.dm")];
      const scale = Math.max(...single.map(Math.abs));
      half.forEach((value, i) => expect(Math.abs(value - (single[i] ?? 0))).toBeLessThan(5e-3 * scale));
    }));

  it("weights init keeps the numbers of norms in single", () =>
    inFolder((cwd) => {
      writeFileSync(join(cwd, "net.dm"), net);
      expect(deepmacc(["weights", "init", "net.dm", "--dtype", "f16", "-o", "w.safetensors"], { cwd }).exit).toBe(0);
      const types = [...openedCheckpoint(join(cwd, "w.safetensors")).tensors.values()].map(
        ({ name, dtype }) => `${name} ${dtype}`,
      );
      expect(types).toContain("conv/kernel F16");
      expect(types).toContain("bn/moving_variance F32");
      expect(deepmacc(["build", "net.dm", "--weights", "w.safetensors", "-o", "x.onnx"], { cwd }).exit).toBe(0);
    }));
});
