// `deepmacc run` as people use it to compare: the same tensors in every engine, in every format, and in training; and
// whatever does not fit is said with its values, before anything is written.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesOf,
  type Checkpoint,
  isProblem,
  memorySource,
  numbersOf,
  openSafetensors,
  writeSafetensors,
} from "../checkpoints/index.ts";
import { Failure } from "../cli/exit.ts";
import { tensorsIn } from "../cli/run/files.ts";
import { npyHeader, writeNpz } from "../runtime/index.ts";
import { deepmacc, inFolder, root } from "./deepmacc.ts";
import { kept } from "./released.ts";

const python = process.env["DEEPMACC_PYTHON"];

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;
const dtypes = {
  Float32Array: "F32",
  Float64Array: "F64",
  Int32Array: "I32",
  Uint8Array: "BOOL",
  BigInt64Array: "I64",
};
const dtypeOf = (data: Numbers) => dtypes[data.constructor.name as keyof typeof dtypes] as "F32";
const contentOf = (data: Numbers) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function npy(path: string, dims: readonly number[], data: Numbers): void {
  writeFileSync(path, Buffer.concat([npyHeader({ dtype: dtypeOf(data), dims }), contentOf(data)]));
}
function npz(path: string, arrays: Readonly<Record<string, readonly [dims: readonly number[], data: Numbers]>>): void {
  const file = writeNpz(
    Object.entries(arrays).map(([name, [dims, data]]) => ({
      name,
      dims,
      dtype: dtypeOf(data),
      content: contentOf(data),
    })),
  );
  if ("failure" in file) throw new Error(file.failure);
  writeFileSync(path, Buffer.concat([...file.chunks()]));
}

/** Waves that no layer finds easy. */
const waves = (count: number, step = 0.37): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));

interface Read {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}
/** The results in a file, by name. */
const resultsIn = (path: string): Readonly<Record<string, Read>> =>
  Object.fromEntries(
    tensorsIn(path).map(({ name = "", dtype, shape, numbers }) => [
      name,
      { dtype, dims: shape, data: Array.from(numbers()) },
    ]),
  );

/** The largest difference, relative to the largest value. */
function off(given: Read | undefined, wanted: Read | undefined): number {
  if (!given || !wanted || given.data.length !== wanted.data.length) return Number.NaN;
  const scale = Math.max(...wanted.data.map(Math.abs));
  return Math.max(...given.data.map((value, i) => Math.abs(value - (wanted.data[i] ?? 0)))) / scale;
}

function ran(args: readonly string[], cwd: string): string {
  const run = deepmacc(["run", ...args], { cwd });
  expect(run.exit, run.stderr).toBe(0);
  return run.stdout;
}

const phased = join(root, "tests/language/phases.dm:Phased");
const engines = ["onnx", "wasm", "tfjs", ...(python ? ["torch"] : [])];

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
    ["onnx", 4, "bn in training is not written yet"],
    ["tfjs", 4, "--engine tfjs has no --phase train"],
  ])("in %s is refused with its reason", (engine, exit, says) => {
    inFolder((cwd) => {
      npy(join(cwd, "x.npy"), [1, 8, 8, 50], waves(3200));
      const run = deepmacc(
        ["run", "HG[10]", "--with", "nc=4", "--input", "x.npy", "--phase", "train", "--engine", engine, "-o", "y.npy"],
        { cwd },
      );
      expect(run.exit).toBe(exit);
      expect(run.stderr).toContain(says);
      expect(readdirSync(cwd)).toEqual(["x.npy"]);
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

/** A folder with what the cases below name. */
function prepared(cwd: string): void {
  npy(join(cwd, "x.npy"), [2, 8, 8, 50], waves(6400));
  npy(
    join(cwd, "double.npy"),
    [1, 8, 8, 50],
    Float64Array.from({ length: 3200 }, (_, i) => Math.sin(i)),
  );
  npy(
    join(cwd, "large.npy"),
    [1, 8, 8, 50],
    Float64Array.from({ length: 3200 }, (_, i) => (i === 53 ? 1e300 : 0)),
  );
  npy(join(cwd, "odd.npy"), [2, 7, 7, 50], waves(4900));
  npy(join(cwd, "wide.npy"), [2, 8, 6, 50], waves(4800));
  npy(join(cwd, "flat.npy"), [2, 50], waves(100));
  npy(join(cwd, "none.npy"), [0, 8, 8, 50], waves(0));
  npy(join(cwd, "int.npy"), [2, 8, 8, 50], new Int32Array(6400));
  npz(join(cwd, "two.npz"), { imag: [[1, 8, 8, 3], waves(192)], other: [[1], waves(1)] });
  npz(join(cwd, "both.npz"), { image: [[2, 8, 8, 3], waves(384)], target: [[2, 8, 8, 4], waves(512)] });
  writeFileSync(join(cwd, "torn.npy"), readFileSync(join(cwd, "x.npy")).subarray(0, 500));
  writeFileSync(join(cwd, "torn.npz"), readFileSync(join(cwd, "both.npz")).subarray(0, 500));
  writeFileSync(join(cwd, "torn.safetensors"), "no tensors at all, but some words");
  writeFileSync(join(cwd, "steps.dm"), "dm 1\nmodel Steps on n: i32[N, 2] = (n, n) -> concat\n");
  npy(join(cwd, "long.npy"), [1, 2], BigInt64Array.from([1n, 2n ** 31n]));
}
const head = ["HG[10]", "--with", "nc=4"];

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
    [[...head, "--input", "none.npy", "-o", "y.npy"], 2, "none.npy holds [0, 8, 8, 50]: 0 cannot be (N)"],
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

describe("files of tensors", () => {
  it("give the same numbers in every format", () => {
    inFolder((cwd) => {
      const data = waves(6400);
      npy(join(cwd, "x.npy"), [2, 8, 8, 50], data);
      npz(join(cwd, "x.npz"), { x: [[2, 8, 8, 50], data] });
      const tensor = { name: "x", dtype: "F32" as const, shape: [2, 8, 8, 50], content: () => bytesOf(data) };
      writeFileSync(join(cwd, "x.safetensors"), Buffer.concat([...writeSafetensors([tensor]).chunks()]));
      const outputs = ["npy", "npz", "safetensors"].map((format) => {
        ran([...head, "--input", `x.${format}`, "-o", `y.${format}`], cwd);
        return Object.values(resultsIn(join(cwd, `y.${format}`)))[0]?.data;
      });
      expect(outputs[0]?.length).toBe(128);
      expect(outputs[1]).toEqual(outputs[0]);
      expect(outputs[2]).toEqual(outputs[0]);
    });
  });

  it.each(["x.npy", "both.npz", "v.safetensors"])("%s that is damaged ends in a failure with its name", (name) => {
    inFolder((cwd) => {
      prepared(cwd);
      cpSync(join(kept, "resnet8", "values.safetensors"), join(cwd, "v.safetensors"));
      const good = readFileSync(join(cwd, name)).subarray(0, 20_000);
      const path = join(cwd, `bad-${name}`);
      const hit = fc.tuple(fc.integer({ min: -600, max: 600 }), fc.nat({ max: 255 }));
      fc.assert(
        fc.property(fc.array(hit, { minLength: 1, maxLength: 5 }), (hits) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of hits) bytes[(at + bytes.length) % bytes.length] = value;
          writeFileSync(path, bytes);
          expectFailureOnly(path);
        }),
        { numRuns: 300 },
      );
    });
  });
});

/** Reads all there is; what is wrong is said in words, with the file's name. */
function expectFailureOnly(path: string): void {
  try {
    for (const tensor of tensorsIn(path)) tensor.numbers();
  } catch (problem) {
    expect(problem).toBeInstanceOf(Failure);
    expect((problem as Failure).message).toContain(path);
  }
}

it("what was written is read by others: a safetensors file of results", () => {
  inFolder((cwd) => {
    npy(join(cwd, "x.npy"), [2, 8, 8, 50], waves(6400));
    ran([...head, "--input", "x.npy", "-o", "y.safetensors"], cwd);
    const file = openSafetensors(memorySource(readFileSync(join(cwd, "y.safetensors")))) as Checkpoint;
    expect(isProblem(file)).toBe(false);
    expect([...file.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["output", "F32", [2, 8, 8, 1]],
    ]);
    const pieces = [...file.pieces("output")].filter((piece): piece is Uint8Array => !isProblem(piece));
    expect(pieces.flatMap((piece) => Array.from(numbersOf("F32", piece))).every(Number.isFinite)).toBe(true);
  });
});
