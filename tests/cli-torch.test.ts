// `build --target torch` as a user runs it, and the files that it writes as golden files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memorySource, openSafetensors } from "../checkpoints/index.ts";
import { deepmacc, inFolder } from "./deepmacc.ts";

const hg10 = ["build", "HG[10]", "--at", "C=50", "--with", "nc=4", "--target", "torch"];

describe("build --target torch", () => {
  it("writes model.py and weights.safetensors, and leaves other files alone", () => {
    inFolder((folder) => {
      const first = deepmacc([...hg10, "-o", "head", "--json"], { cwd: folder });
      expect(first.exit, first.stderr).toBe(0);
      const document = JSON.parse(first.stdout);
      expect(document).toMatchObject({ target: "torch", params: 8169, files: ["weights.safetensors", "model.py"] });
      writeFileSync(join(folder, "head", "train.py"), "mine");
      const text = readFileSync(join(folder, "head", "model.py"), "utf8");
      expect(deepmacc([...hg10, "-o", "head"], { cwd: folder }).exit).toBe(0);
      expect(readFileSync(join(folder, "head", "model.py"), "utf8")).toBe(text);
      expect(readdirSync(join(folder, "head")).sort()).toEqual(["model.py", "train.py", "weights.safetensors"]);
      expect(text.replaceAll(/deepmacc \d+\.\d+\.\d+/g, "deepmacc x.y.z").match(/\/tmp|\/home/)).toBeNull();
    });
  });

  it("names weights by their paths, in PyTorch's words and orders", () => {
    inFolder((folder) => {
      deepmacc([...hg10, "-o", "head"], { cwd: folder });
      const file = openSafetensors(memorySource(readFileSync(join(folder, "head", "weights.safetensors"))));
      if (!("tensors" in file)) throw new Error("no safetensors file");
      const shapes = Object.fromEntries([...file.tensors.values()].map(({ name, shape }) => [name, shape]));
      expect(shapes["trunk.unit.conv.weight"]).toEqual([4, 50, 3, 3]);
      expect(shapes["trunk.hourglass.low.stage.chain.0.body.unit.bn.running_var"]).toEqual([8]);
      expect(shapes["conv.bias"]).toEqual([1]);
      expect(Object.values(shapes).reduce((sum, dims) => sum + dims.reduce((a, b) => a * b, 1), 0)).toBe(8169 + 216);
    });
  });

  it.each([
    ["HG[20]", "C=5", "nc=4"],
    ["ResNet[4]", "C=5", "nc=4"],
    ["FC2", "C=5", "nc=4,size=8"],
  ])("writes weights of %s that a build for ONNX reads back to the last bit", (model, at, fields) => {
    inFolder((cwd) => {
      const named = ["build", model, "--at", at, "--with", fields];
      const run = (...more: readonly string[]) =>
        expect(deepmacc([...named, ...more], { cwd })).toMatchObject({ exit: 0 });
      run("--seed", "3", "--target", "torch", "-o", "model");
      run("--seed", "3", "-o", "drawn.onnx");
      run("--weights", "model/weights.safetensors", "-o", "read.onnx");
      expect(readFileSync(join(cwd, "read.onnx")).equals(readFileSync(join(cwd, "drawn.onnx")))).toBe(true);
      run("--seed", "4", "-o", "other.onnx");
      expect(readFileSync(join(cwd, "other.onnx")).equals(readFileSync(join(cwd, "drawn.onnx")))).toBe(false);
    });
  });

  it("leaves the weights out where nobody wants them", () => {
    inFolder((folder) => {
      expect(deepmacc([...hg10, "-o", "head", "--no-weights"], { cwd: folder }).exit).toBe(0);
      expect(readdirSync(join(folder, "head"))).toEqual(["model.py"]);
    });
  });

  it("refuses a path that is a file, and a folder whose parent is missing", () => {
    inFolder((folder) => {
      writeFileSync(join(folder, "taken"), "a file");
      const taken = deepmacc([...hg10, "-o", "taken"], { cwd: folder });
      expect([taken.exit, taken.stderr]).toEqual([74, expect.stringContaining("not a directory")]);
      expect(readFileSync(join(folder, "taken"), "utf8")).toBe("a file");
      const lost = deepmacc([...hg10, "-o", "no/where"], { cwd: folder });
      expect([lost.exit, lost.stderr]).toEqual([74, expect.stringContaining("does not exist")]);
      expect(existsSync(join(folder, "no"))).toBe(false);
    });
  });

  it("refuses options of ONNX, and models that it cannot express", () => {
    expect(deepmacc([...hg10, "--opset", "18"])).toMatchObject({ exit: 2, stderr: expect.stringContaining("--opset") });
    expect(deepmacc([...hg10, "--fold"])).toMatchObject({ exit: 2, stderr: expect.stringContaining("--fold") });
    inFolder((folder) => {
      const detector = deepmacc(["build", "DeepMAC", "--at", "H=128,W=128", "--target", "torch"], { cwd: folder });
      expect([detector.exit, detector.stderr]).toEqual([4, expect.stringContaining("DM7001")]);
      expect(readdirSync(folder)).toEqual([]);
    });
    const phased = deepmacc(["build", "tests/language/phases.dm:Phased", "--target", "torch", "-o", "unwritten"]);
    expect([phased.exit, phased.stderr]).toEqual([4, expect.stringContaining("belongs to train")]);
    expect(existsSync("unwritten")).toBe(false);
  });
});

const goldens = [
  ["hg10", ["HG[10]", "--at", "C=50"]],
  ["fc2", ["FC2", "--at", "C=50"]],
  ["pyramid", ["tests/language/zoo.dm:Pyramid", "--at", "H=64,W=64"]],
  ["stacked", ["tests/language/zoo.dm:Stacked"]],
  ["shared", ["tests/language/phases.dm:Shared"]],
] as const;

it.each(goldens)("%s.py is what it was", async (name, model) => {
  const text = inFolder((folder) => {
    const out = join(folder, name);
    const built = deepmacc(["build", ...model, "--target", "torch", "-o", out, "--no-weights"]);
    expect(built.exit, built.stderr).toBe(0);
    return readFileSync(join(out, "model.py"), "utf8");
  });
  await expect(text.replace(/deepmacc \d+\.\d+\.\d+/, "deepmacc x.y.z")).toMatchFileSnapshot(
    `./golden/torch/${name}.py`,
  );
});
