// `deepmacc run` as people use it to compare: the same tensors in every engine, in training, and in files that were built.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder } from "../deepmacc.ts";
import { kept } from "../released.ts";
import { engines, head, npy, npz, off, phased, prepared, python, ran, resultsIn, waves } from "./tensors.ts";

describe("the same tensors in every engine", () => {
  it.each([
    ["HG[20]", [2, 16, 16, 50], ["--with", "nc=4"]],
    ["ResNet[4]", [1, 9, 9, 50], ["--with", "nc=4"]],
  ] as const)("%s", (model, dims, args) => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), dims, waves(dims.reduce<number>((a, b) => a * b, 1)));
      const common = [model, ...args, "--input", "x.npy"];
      ran([...common, "--engine", "reference", "--float64", "-o", "reference.npz"], cwd);
      const wanted = resultsIn(join(cwd, "reference.npz"))["output"];
      expect(wanted).toMatchObject({ dtype: "F64", dims: [...dims.slice(0, 3), 1] });
      for (const engine of engines) {
        ran([...common, "--engine", engine, "-o", `${engine}.safetensors`], cwd);
        const given = resultsIn(join(cwd, `${engine}.safetensors`))["output"];
        expect(given).toMatchObject({ dtype: "F32", dims: wanted?.dims });
        expect(off(given, wanted), engine).toBeLessThan(1e-5);
        expect(off(given, wanted), engine).toBeGreaterThan(0);
      }
    });
  });

  // No pictures in a batch, no boxes in a picture. onnxruntime makes one node of a Transpose and a MatMul, which refuses
  // an empty batch, and its convolutions refuse maps without pixels.
  it.each<[flow: string, type: string, dims: readonly number[], wanted: readonly number[]]>([
    ["conv(3)", "f32[N, 8, 8, 4]", [0, 8, 8, 4], [0, 8, 8, 3]],
    ["transpose(2, 1) -> dense(3)", "f32[N, 4, K]", [0, 4, 2], [0, 2, 3]],
    ["transpose(2, 1) -> relu -> dense(3)", "f32[N, 4, K]", [0, 4, 2], [0, 2, 3]],
    ["mean(axis = 2) -> dense(3)", "f32[N, 5, 4, 6]", [0, 5, 4, 6], [0, 5, 3]],
    ["dense(3) -> relu -> dense(2)", "f32[N, K, 5, 4]", [2, 0, 5, 4], [2, 0, 5, 2]],
  ])("nothing at all through %s", (flow, type, dims, wanted) => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), `dm 1\nmodel M on x: ${type} = x -> ${flow}\n`);
      const turned = (axes: readonly number[]) =>
        axes.length < 4 ? axes : [...axes.slice(0, -3), ...axes.slice(-1), ...axes.slice(-3, -1)];
      npy(join(cwd, "x.npy"), dims, new Float32Array());
      npy(join(cwd, "first.npy"), turned(dims), new Float32Array());
      for (const engine of ["reference", "onnx", ...engines]) {
        ran(["a.dm", "--engine", engine, "--input", "x.npy", "-o", "y.npz"], cwd);
        expect(resultsIn(join(cwd, "y.npz"))["output"]?.dims, engine).toEqual(wanted);
      }
      ran(["a.dm", "--engine", "onnx", "--layout", "nchw", "--input", "first.npy", "-o", "z.npz"], cwd);
      expect(resultsIn(join(cwd, "z.npz"))["output"]?.dims).toEqual(turned(wanted));
    });
  });

  it("whole numbers, truth values, and names that Python keeps for itself", () => {
    inFolder((cwd) => {
      writeFileSync(
        join(cwd, "kinds.dm"),
        `dm 1
model Kinds on (steps: i32[N, 2], given: bool[N, 3], x: f32[N, 2])
  = { lambda: x -> dense(2), class: (given, given) -> concat, whole: (steps, steps) -> concat }
`,
      );
      npz(join(cwd, "in.npz"), {
        steps: [[2, 2], BigInt64Array.from([1n, -2n, 3n, 2_147_483_647n])],
        given: [[2, 3], Uint8Array.from([1, 0, 1, 0, 0, 1])],
        x: [[2, 2], waves(4)],
      });
      for (const engine of ["reference", ...engines.filter((each) => each !== "tfjs")]) {
        ran(["kinds.dm", "--input", "in.npz", "--engine", engine, "-o", `${engine}.npz`], cwd);
        const results = resultsIn(join(cwd, `${engine}.npz`));
        expect(results["class"]).toEqual({ dtype: "BOOL", dims: [2, 6], data: [1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1] });
        expect(results["whole"]).toMatchObject({ dtype: "I32", data: [1, -2, 1, -2, 3, 2147483647, 3, 2147483647] });
        expect(results["lambda"]).toMatchObject({ dtype: "F32", dims: [2, 2] });
      }
    });
  });

  it("channels first in files, both ways", () => {
    inFolder((cwd) => {
      const data = waves(3 * 4 * 5 * 2);
      const [h, w, c] = [4, 5, 2];
      const moved = Float32Array.from(data, (_, i) => {
        const [n, rest] = [Math.floor(i / (h * w * c)), i % (h * w * c)];
        const [channel, row, column] = [Math.floor(rest / (h * w)), Math.floor((rest % (h * w)) / w), rest % w];
        return data[((n * h + row) * w + column) * c + channel] ?? 0;
      });
      npy(join(cwd, "last.npy"), [3, h, w, c], data);
      npy(join(cwd, "first.npy"), [3, c, h, w], moved);
      writeFileSync(join(cwd, "id.dm"), "dm 1\nmodel Same on x: f32[N, H, W, C] = x -> leaky_relu(1)\n");
      ran(["id.dm", "--input", "first.npy", "--layout", "nchw", "-o", "first-out.npy"], cwd);
      expect(readFileSync(join(cwd, "first-out.npy")).equals(readFileSync(join(cwd, "first.npy")))).toBe(true);
      writeFileSync(join(cwd, "conv.dm"), "dm 1\nmodel Conv on x: f32[N, H, W, C] = x -> conv(1)\n");
      ran(["conv.dm", "--input", "last.npy", "-o", "a.npy"], cwd);
      ran(["conv.dm", "--input", "first.npy", "--layout", "nchw", "-o", "b.npy"], cwd);
      const [a, b] = ["a.npy", "b.npy"].map((name) => resultsIn(join(cwd, name))[""]);
      expect(b?.dims).toEqual([3, 1, 4, 5]);
      expect(a?.data).toEqual(b?.data);
    });
  });
});

describe("training", () => {
  it("has inputs and outputs of its own, losses, and the statistics of the batch", () => {
    inFolder((cwd) => {
      npz(join(cwd, "in.npz"), {
        image: [[2, 8, 8, 3], waves(384)],
        target: [[2, 8, 8, 4], waves(512, 0.11)],
      });
      const common = [phased, "--input", "in.npz", "--engine", "reference"];
      const text = ran([...common, "--phase", "train", "-o", "train.npz"], cwd);
      expect(text).toMatch(/distance\s+f32\[\]\s+\S+, a loss/);
      ran([...common, "-o", "infer.npz"], cwd);
      const [train, infer] = ["train.npz", "infer.npz"].map((name) => resultsIn(join(cwd, name)));
      expect(Object.keys(train ?? {})).toEqual(["logits", "aux", "distance"]);
      expect(train?.["distance"]?.dims).toEqual([]);
      expect(Object.keys(infer ?? {})).toEqual(["logits"]);
      expect(off(train?.["logits"], infer?.["logits"])).toBeGreaterThan(0.1);
    });
  });

  it("in onnxruntime as the reference has it, with what becomes of moving statistics", () => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), [3, 8, 8, 50], waves(9600));
      const common = ["HG[10]", "--with", "nc=4", "--input", "x.npy", "--phase", "train", "--updates"];
      for (const engine of ["reference", "onnx", "wasm"])
        ran([...common, "--engine", engine, "-o", `${engine}.safetensors`], cwd);
      const [wanted = {}, ...others] = ["reference", "onnx", "wasm"].map((name) =>
        resultsIn(join(cwd, `${name}.safetensors`)),
      );
      expect(Object.keys(wanted).filter((name) => name.startsWith("after/")).length).toBeGreaterThan(10);
      expect(Object.keys(wanted)).toContain("after/trunk/unit/bn/moving_mean");
      for (const given of others) {
        expect(Object.keys(given)).toEqual(Object.keys(wanted));
        for (const [name, array] of Object.entries(wanted)) expect(off(given[name], array), name).toBeLessThan(1e-4);
      }
    });
  });

  it.skipIf(!python)("in PyTorch as the reference has it", () => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), [3, 8, 8, 50], waves(9600));
      const common = ["HG[10]", "--with", "nc=4", "--input", "x.npy", "--phase", "train"];
      for (const engine of ["reference", "torch"]) ran([...common, "--engine", engine, "-o", `${engine}.npz`], cwd);
      ran([...common.slice(0, -2), "--engine", "torch", "-o", "infer.npz"], cwd);
      const [wanted, given, infer] = ["reference", "torch", "infer"].map(
        (name) => resultsIn(join(cwd, `${name}.npz`))["output"],
      );
      expect(off(given, wanted)).toBeLessThan(1e-5);
      expect(off(infer, wanted)).toBeGreaterThan(0.01);
    });
  });

  it.each([
    ["onnx", [], 4, "dropout in training is not written yet"],
    ["tfjs", [], 4, "--engine tfjs has no --phase train"],
    ["torch", ["--updates"], 4, "--engine torch has no --updates: its modules keep their statistics to themselves"],
  ])("in %s with %j is refused with its reason", (engine, more, exit, says) => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), [1, 8, 8, 50], waves(3200));
      writeFileSync(join(cwd, "drop.dm"), "dm 1\nmodel Drop on x: f32[N, H, W, C] = x -> dropout -> bn\n");
      const run = deepmacc(
        ["run", "drop.dm", "--input", "x.npy", "--phase", "train", "--engine", engine, "-o", "y.npz", ...more],
        { cwd },
      );
      expect(run.exit).toBe(exit);
      expect(run.stderr).toContain(says);
      expect(readdirSync(cwd)).toEqual(["drop.dm", "x.npy"]);
    });
  });

  it("of a released head gives what the released code gives", () => {
    inFolder((cwd) => {
      const file = join(kept, "resnet8", "values.safetensors");
      const head = ["ResNet[8]", "--with", "nc=4", "--weights", join(kept, "resnet8", "ckpt-0")];
      for (const phase of ["infer", "train"]) {
        const more = ["--engine", "reference", "--float64", "--phase", phase, "-o", `${phase}.npy`];
        ran([...head, "--input", `x=${file}:input`, ...more], cwd);
        const wanted = resultsIn(file)[`logits_${phase}`];
        expect(off(resultsIn(join(cwd, `${phase}.npy`))[""], wanted)).toBeLessThan(1e-9);
      }
    });
  });
});

describe("--json", () => {
  it("is one document with names, shapes, types, engine and time", () => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), [1, 8, 8, 50], waves(3200));
      const run = deepmacc(["run", "HG[10]", "--with", "nc=4", "--input", "x.npy", "-o", "y.npy", "--json"], { cwd });
      expect(run.stdout.trim().split("\n")).toHaveLength(1);
      expect(JSON.parse(run.stdout)).toEqual({
        name: "HG[10]",
        phase: "infer",
        engine: "onnx",
        backend: "onnxruntime-node",
        layout: "nhwc",
        milliseconds: expect.any(Number),
        file: "y.npy",
        bytes: readFileSync(join(cwd, "y.npy")).length,
        inputs: [{ name: "x", dtype: "F32", shape: [1, 8, 8, 50], file: "x.npy" }],
        outputs: [
          {
            name: "output",
            dtype: "f32",
            shape: [1, 8, 8, 1],
            min: expect.any(Number),
            max: expect.any(Number),
            notFinite: 0,
          },
        ],
        notes: [],
        diagnostics: [],
      });
      expect(run.stderr).toBe("");
    });
  });
});

describe("a model that was built, in place of a REF", () => {
  it("gives what its text gives, in the axes that it was built with", () => {
    inFolder((cwd) => {
      prepared(cwd);
      ran([...head, "--input", "x.npy", "-o", "text.npy"], cwd);
      const wanted = resultsIn(join(cwd, "text.npy"))[""];
      const targets = [["onnx", "m.onnx"], ["tfjs", "web"], ...(python ? [["torch", "py"]] : [])] as const;
      for (const [target, path] of targets) {
        const built = deepmacc(["build", ...head, "--at", "C=50", "--target", target ?? "", "-o", path ?? ""], { cwd });
        expect(built.exit, built.stderr).toBe(0);
        for (const engine of target === "onnx" ? ["onnx", "wasm"] : [target ?? ""]) {
          ran([path ?? "", "--input", "x.npy", "--engine", engine, "-o", "file.npy"], cwd);
          expect(off(resultsIn(join(cwd, "file.npy"))[""], wanted)).toBeLessThan(1e-5);
        }
      }
    });
  });

  it("takes nothing that only a text can be told, and shapes that it says", () => {
    inFolder((cwd) => {
      prepared(cwd);
      expect(deepmacc(["build", ...head, "--at", "C=50", "-o", "m.onnx"], { cwd }).exit).toBe(0);
      writeFileSync(join(cwd, "broken.onnx"), "no model");
      mkdirSync(join(cwd, "py"));
      writeFileSync(join(cwd, "py", "model.py"), "raise SystemExit(0)");
      const cases: readonly (readonly [args: readonly string[], exit: number, says: string])[] = [
        [["m.onnx", "--at", "S=8", "--input", "x.npy"], 2, "--at is about the text of a model, but m.onnx is built"],
        [["m.onnx", "--engine", "reference", "--input", "x.npy"], 2, "--engine reference does not open m.onnx"],
        [["m.onnx", "--input", "flat.npy"], 2, "input x is f32[N, S, S, 50], but flat.npy holds [2, 50]"],
        [["m.onnx", "--input", "wide.npy"], 2, "wide.npy holds [2, 8, 6, 50]: 6 must be 8 (S)"],
        [["broken.onnx", "--input", "x.npy"], 4, "cannot run broken.onnx: "],
        [["py", "--input", "x.npy"], 2, "--engine torch"],
      ];
      for (const [args, exit, says] of cases) {
        const run = deepmacc(["run", ...args, "-o", "y.npy"], { cwd });
        expect(run.exit, run.stderr).toBe(exit);
        expect(run.stderr).toContain(says);
      }
      expect(readdirSync(cwd)).not.toContain("y.npy");
    });
  });
});
