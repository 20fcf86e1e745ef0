// What does not fit is said with its values and the way out, before anything is written.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder } from "../deepmacc.ts";
import { head, npy, npz, phased, prepared, python, waves } from "./tensors.ts";

describe("what does not fit", () => {
  it.each<[args: readonly string[], exit: number, ...says: string[]]>([
    [[...head, "-o", "y.npy"], 2, "there is no tensor for input x", "--input x=FILE.npy"],
    [[...head, "--input", "x.npy"], 2, "there is no file for the results", "-o out.safetensors"],
    [[...head, "--input", "x.npy", "-o", "y.txt"], 2, "y.txt", ".safetensors, .npy or .npz"],
    [[...head, "--input", "x.txt", "-o", "y.npy"], 2, "cannot tell what x.txt holds", ".npy, .npz and .safetensors"],
    [[...head, "--input", "x.npy", "-o", "x.npy"], 2, "x.npy is an input, and would be written over"],
    [[...head, "--input", "x.npy", "-o", "no/y.npy"], 74, "cannot write no/y.npy"],
    [[...head, "--input", "gone.npy", "-o", "y.npy"], 74, "cannot read gone.npy"],
    [[...head, "--input", "x.npy", "x=x.npy", "-o", "y.npy"], 2, "input x is given twice: by x.npy and by x.npy"],
    [[...head, "--input", "X=x.npy", "-o", "y.npy"], 2, "there is no input X", "the model's inputs are x"],
    [[...head, "--input", "flat.npy", "-o", "y.npy"], 2, "f32[N, S, S, C]", "flat.npy holds [2, 50]", "4 axes"],
    [[...head, "--input", "wide.npy", "-o", "y.npy"], 2, "wide.npy holds [2, 8, 6, 50]: 6 must be 8 (S)"],
    [[...head, "--at", "S=16", "--input", "x.npy", "-o", "y.npy"], 2, "x.npy holds [2, 8, 8, 50]: 8 must be 16"],
    [[...head, "--input", "odd.npy", "-o", "y.npy"], 1, "DM4101", "nearest sizes that work: 6 and 8"],
    [[...head, "--input", "int.npy", "-o", "y.npy"], 2, "is f32, but int.npy holds int32", 'x.astype("float32")'],
    [[...head, "--input", "large.npy", "-o", "y.npy"], 1, "1e+300 at [0, 0, 1, 3] of input x is beyond float32"],
    [["steps.dm", "--input", "long.npy", "-o", "y.npy"], 1, "2147483648 at [0, 1] of input n is beyond int32"],
    [["steps.dm", "--input", "x.npy", "-o", "y.npy"], 2, "input n is i32, but x.npy holds float32"],
    [[phased, "--input", "two.npz", "-o", "y.npz"], 2, "two.npz holds imag, other", "inputs are image"],
    [[phased, "--input", "image=two.npz", "-o", "y.npz"], 2, "none is called image", "image=two.npz:imag"],
    [[phased, "--input", "image=two.npz:image", "-o", "y.npz"], 2, "has no tensor image", "did you mean imag?"],
    [[phased, "--input", "both.npz", "--phase", "train", "--engine", "reference", "-o", "y.npy"], 2, ".npz or"],
    [[phased, "--input", "both.npz", "--phase", "test", "-o", "y.npy"], 2, '--phase is infer or train, not "test"'],
    [[phased, "--input", "x.npy", "--phase", "train", "-o", "y.npz"], 2, "x.npy holds one array without a name"],
    [[...head, "--input", "torn.npy", "-o", "y.npy"], 1, "cannot use torn.npy: its shape needs 6400 numbers"],
    [[...head, "--input", "torn.npz", "-o", "y.npy"], 1, "cannot use torn.npz: it is no zip archive"],
    [[...head, "--input", "torn.safetensors", "-o", "y.npy"], 1, "cannot use torn.safetensors: it is text"],
    [
      [...head, "--input", "x.npy", "--engine", "pytorch", "-o", "y.npy"],
      2,
      "no engine pytorch",
      "did you mean torch?",
    ],
    [[...head, "--input", "x.npy", "--updates", "-o", "y.npz"], 2, "about a step of training", "add --phase train"],
    [[...head, "--input", "x.npy", "--float64", "-o", "y.npy"], 2, "computes in float32", "--engine reference"],
    [[...head, "--input", "x.npy", "--layout", "hwc", "-o", "y.npy"], 2, '--layout is nchw or nhwc, not "hwc"'],
  ])("%j", (args, exit, ...says) => {
    inFolder((cwd) => {
      prepared(cwd);
      const before = readdirSync(cwd);
      const run = deepmacc(["run", ...args], { cwd });
      expect(run.exit, run.stderr).toBe(exit);
      for (const each of says) expect(run.stderr).toContain(each);
      expect(readdirSync(cwd)).toEqual(before);
      expect(run.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
    });
  });

  it("what is rounded or left over is told, and the rest is done", () => {
    inFolder((cwd) => {
      prepared(cwd);
      const rounded = deepmacc(["run", ...head, "--input", "double.npy", "-o", "y.npy"], { cwd });
      expect(rounded).toMatchObject({ exit: 0, stderr: "note: double.npy: input x is rounded to float32\n" });
      const left = deepmacc(["run", phased, "--input", "both.npz", "-o", "z.npz"], { cwd });
      expect(left).toMatchObject({ exit: 0, stderr: "note: both.npz: target is no input\n" });
    });
  });

  it("a small archive that says it is a large tensor is refused before it is unpacked", () => {
    inFolder((cwd) => {
      const code = `import numpy as n; n.savez_compressed("b.npz", x=n.zeros(2**25, "f4"))`;
      if (python) expect(spawnSync(python, ["-c", code], { cwd }).status).toBe(0);
      npz(join(cwd, "c.npz"), { x: [[1, 1, 1, 4], waves(4)] });
      const bytes = readFileSync(join(cwd, "c.npz"));
      const text = bytes.toString("latin1").replace("(1, 1, 1, 4)", "(9, 9, 9, 4)");
      writeFileSync(join(cwd, "c.npz"), text, "latin1");
      for (const [name, exit] of [["c.npz", 1], ...(python ? [["b.npz", 2] as const] : [])] as const) {
        const run = deepmacc(["run", "HG[10]", "--with", "nc=4", "--input", name, "-o", "y.npy"], { cwd });
        expect(run.exit, run.stderr).toBe(exit);
        expect(run.peak).toBeLessThan(250);
      }
    });
  });

  it("a model that no machine runs is refused", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), "dm 1\nmodel A on x: f32[N, 8, 8, 4] = x -> upsample(9000)\n");
      npy(join(cwd, "x.npy"), [1, 8, 8, 4], waves(256));
      const run = deepmacc(["run", "a.dm", "--input", "x.npy", "-o", "y.npy"], { cwd });
      expect(run.exit).toBe(5);
      expect(run.stderr).toContain("A is too large to be run: its tensors hold");
    });
  });
});
