// Weights on the command line: looked at, drawn, converted, bound, refused.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder, type Run } from "./deepmacc.ts";
import { kept, sharedHeads } from "./released.ts";

const small = ["--at", "S=32,C=50", "--with", "nc=4"];
const checkpoint = join(kept, "hourglass20", "ckpt-0");
const parsed = ({ stdout }: Run) =>
  JSON.parse(stdout) as Record<string, unknown> & { weights?: Record<string, unknown> };

describe("weights inspect", () => {
  it("lists what a checkpoint holds", () => {
    const { exit, stdout } = deepmacc(["weights", "inspect", checkpoint]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/_net\/conv_input\/conv_block\/conv\/kernel +F32 +\[3, 3, 50, 4\] +7\.2 kB\n/);
    expect(stdout).toContain("152 tensors, 24,385 numbers, 97.5 kB");
  });

  it("answers a document", () => {
    const document = parsed(deepmacc(["weights", "inspect", checkpoint, "--json"]));
    expect(document).toMatchObject({ format: "tensorflow", total: { tensors: 152 }, slots: { variables: 0 } });
  });

  it.each([
    ["the index", `${checkpoint}.index`],
    ["a data file", `${checkpoint}.data-00000-of-00001`],
  ])("takes %s for the checkpoint", (_title, path) => {
    expect(deepmacc(["weights", "inspect", path]).stdout).toContain("152 tensors");
  });

  it("says which of several it could be", () =>
    inFolder((folder) => {
      for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.safetensors`), "");
      const { exit, stderr } = deepmacc(["weights", "inspect", folder]);
      expect([exit, stderr]).toEqual([1, expect.stringContaining("several checkpoints: a.safetensors, b.safetensors")]);
    }));

  it("finds the newest of a directory, and the variables of a SavedModel", () =>
    inFolder((folder) => {
      mkdirSync(join(folder, "variables"));
      for (const end of [".index", ".data-00000-of-00001"]) {
        copyFileSync(checkpoint + end, join(folder, `ckpt-3${end}`));
        copyFileSync(checkpoint + end, join(folder, "variables", `variables${end}`));
      }
      writeFileSync(join(folder, "old.index"), "");
      writeFileSync(join(folder, "checkpoint"), 'model_checkpoint_path: "ckpt-3"\nall_model_checkpoint_paths: "old"\n');
      expect(deepmacc(["weights", "inspect", folder]).stdout).toContain("152 tensors");
      const saved = join(folder, "saved");
      mkdirSync(join(saved, "variables"), { recursive: true });
      for (const end of [".index", ".data-00000-of-00001"])
        copyFileSync(checkpoint + end, join(saved, "variables", `variables${end}`));
      expect(deepmacc(["weights", "inspect", saved]).stdout).toContain("152 tensors");
    }));

  it("shows no control characters of a file", () =>
    inFolder((folder) => {
      const header = `{"a\\u001b[2J":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`;
      const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header)]);
      bytes.writeBigUInt64LE(BigInt(header.length));
      writeFileSync(join(folder, "x.safetensors"), bytes);
      expect(deepmacc(["weights", "inspect", join(folder, "x.safetensors")]).stdout).toContain("a·[2J");
    }));
});

describe("weights inspect says", () => {
  it("which shipped model a file belongs to", () => {
    const { stdout } = deepmacc(["weights", "inspect", join(kept, "resnet8", "ckpt-0")]);
    expect(stdout).toContain("it has the weights of ResNet[8] in other sizes");
    expect(stdout).toContain("kernels called `kernel` have TensorFlow's order of axes");
  });

  it.skipIf(!sharedHeads)("that a small Deep-MAC is one of other widths (needs the folder shared)", () => {
    const { stdout } = deepmacc(["weights", "inspect", join(sharedHeads ?? "", "deepmac", "ckpt-0")]);
    expect(stdout).toContain("it has the weights of DeepMAC512 in other sizes");
  });

  it("what a file is that is no checkpoint, by its bytes", () =>
    inFolder((folder) => {
      const path = join(folder, "net.safetensors");
      writeFileSync(path, Buffer.from(`PK\u0003\u0004${"\0".repeat(26)}archive/data.pkl and more`));
      const { exit, stderr } = deepmacc(["weights", "inspect", path]);
      expect([exit, stderr]).toEqual([
        1,
        expect.stringMatching(/a checkpoint of PyTorch.*help: python -c '.*torch\.load/s),
      ]);
    }));

  it("what is wrong with numbers, and whose order nothing tells", () =>
    inFolder((folder) => {
      const path = join(folder, "odd.safetensors");
      writeFileSync(path, safetensors({ w: [2, 2] }, [1, Number.NaN, 3, Number.POSITIVE_INFINITY]));
      const { exit, stdout } = deepmacc(["weights", "inspect", path]);
      expect(exit).toBe(0);
      expect(stdout).toContain("w holds 1 NaN and 1 infinity, the first at [0, 1]");
      expect(stdout).toContain("nothing says how the axes of w lie");
      const net = join(folder, "net.dm");
      writeFileSync(
        net,
        'dm 1\nmodel M on x: f32[N, 2] = x -> dense(2, bias = false)\nmapping Top { "w" => "dense/kernel" }\n',
      );
      const built = deepmacc(["build", net, "--weights", path, "--map", net, "-o", join(folder, "x.onnx")]);
      expect([built.exit, built.stderr]).toEqual([1, expect.stringContaining("w holds 1 NaN and 1 infinity")]);
    }));
});

/** A file of one tensor of float32. */
function safetensors(shapes: Readonly<Record<string, readonly number[]>>, numbers: readonly number[]): Buffer {
  const data = Buffer.from(Float32Array.from(numbers).buffer);
  const [[name, shape] = ["", []]] = Object.entries(shapes);
  const header = JSON.stringify({ [name]: { dtype: "F32", shape, data_offsets: [0, data.length] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), data]);
}

describe("a checkpoint of another model", () => {
  const resnet = join(kept, "resnet8", "ckpt-0");
  it.each([
    ["of the same family, smaller", ["ResNet[4]", ...small], "DM5408", "it is the checkpoint of ResNet[8]"],
    ["of the same family, larger", ["ResNet[12]", ...small], "DM5402", "it has the weights of ResNet[8]"],
    ["of another one", ["HG[20]", ...small], "DM5402", "it has the weights of ResNet[8]"],
  ])("is refused, and its model named: %s", (_title, model, code, words) =>
    inFolder((folder) => {
      const { exit, stderr } = deepmacc(["build", ...model, "--weights", resnet, "-o", join(folder, "x.onnx")]);
      expect([exit, stderr]).toEqual([1, expect.stringContaining(code)]);
      expect(stderr).toContain(words);
      expect(stderr.split("\n").length).toBeLessThan(8);
      expect(readdirSync(folder)).toEqual([]);
    }),
  );
});

it("explain has a page on tensors left over, which may be an error or a warning", () => {
  const { stdout } = deepmacc(["explain", "DM5408"]);
  expect(stdout).toContain("DM5408 (error or warning)");
  expect(stdout).toContain("A checkpoint of a larger member of a family");
  expect(stdout).toContain("the file may belong to a deeper model");
});

describe("weights init and convert", () => {
  it("points at the model that a converted checkpoint does not fit", () => {
    const wide = ["weights", "convert", checkpoint, "--model", "HG[20]", "--at", "S=32,C=50", "-o", "never"];
    const { exit, stderr } = deepmacc(wide);
    expect([exit, stderr]).toEqual([1, expect.stringContaining("model HG[r in Table16]")]);
  });

  it("draw what build draws", () =>
    inFolder((folder) => {
      const at = (name: string): string => join(folder, name);
      expect(deepmacc(["weights", "init", "HG[20]", ...small, "--seed", "7", "-o", at("w.safetensors")]).exit).toBe(0);
      deepmacc(["build", "HG[20]", ...small, "--weights", at("w.safetensors"), "-o", at("a.onnx")]);
      deepmacc(["build", "HG[20]", ...small, "--seed", "7", "-o", at("b.onnx")]);
      expect(readFileSync(at("a.onnx")).equals(readFileSync(at("b.onnx")))).toBe(true);
    }));

  it("keep what a checkpoint says, under its names and under ours", () =>
    inFolder((folder) => {
      const at = (name: string): string => join(folder, name);
      deepmacc(["weights", "convert", checkpoint, "-o", at("same.safetensors")]);
      const ours = ["weights", "convert", checkpoint, "--model", "HG[20]", ...small, "-o", at("ours.safetensors")];
      expect(parsed(deepmacc([...ours, "--json"]))).toMatchObject({ tensors: 152, weights: { unused: 0 } });
      const files = [checkpoint, at("same.safetensors"), at("ours.safetensors")].map((weights, i) => {
        const output = at(`${i}.onnx`);
        const run = deepmacc(["build", "HG[20]", ...small, "--weights", weights, "-o", output]);
        expect(run.exit, run.stderr).toBe(0);
        return readFileSync(output);
      });
      expect(files[1]?.equals(files[0] as Buffer)).toBe(true);
      expect(files[2]?.equals(files[0] as Buffer)).toBe(true);
    }));
});

describe("build --weights", () => {
  it("says where the weights came from", () =>
    inFolder((folder) => {
      const build = ["build", "HG[20]", ...small, "--weights", checkpoint, "-o", join(folder, "x.onnx")];
      const { stderr } = deepmacc(build);
      expect(stderr).toMatch(/note: 152 tensors of .* are the weights of HG\[20\], by the mapping HourglassHead/);
      expect(parsed(deepmacc([...build, "--json"])).weights).toMatchObject({ tensors: 152, unused: 0, slots: 0 });
    }));

  it.each([
    ["a mapping that ships", "HourglassHead"],
    ["a file", "specs/weights/hourglass.dm"],
    ["a mapping of a file", "specs/weights/hourglass.dm:HourglassHead"],
  ])("takes %s", (_title, map) =>
    inFolder((folder) => {
      const output = join(folder, "x.onnx");
      const { exit, stderr } = deepmacc([
        "build",
        "HG[20]",
        ...small,
        "--weights",
        checkpoint,
        "--map",
        map,
        "-o",
        output,
      ]);
      expect([exit, stderr]).toEqual([0, expect.stringContaining("152 tensors")]);
    }),
  );

  it.each([
    ["the wrong width", ["--at", "C=50", "--weights", checkpoint], 1, "DM5401"],
    ["another model", ["--at", "C=50", "--weights", join(kept, "resnet8", "ckpt-0")], 1, "DM5402"],
    ["a mapping of another model", [...small, "--weights", checkpoint, "--map", "ResNetHead"], 1, "DM5402"],
    ["no file", [...small, "--weights", `${checkpoint}x`], 74, "did you mean"],
    ["no mapping", [...small, "--weights", checkpoint, "--map", "HourglasHead"], 2, "did you mean HourglassHead?"],
    ["a map without weights", [...small, "--map", "HourglassHead"], 2, "--weights"],
    ["axes of nobody", [...small, "--weights", checkpoint, "--axes", "pytorch"], 2, "tensorflow or torch"],
    ["an order without weights", [...small, "--flatten", "torch"], 2, "no --weights"],
    ["a seed and a file", [...small, "--weights", checkpoint, "--seed", "1"], 2, "use one of the two"],
    ["a file that is no checkpoint", [...small, "--weights", "README.md"], 1, "cannot be used"],
    ["a device", [...small, "--weights", "/dev/null"], 74, "no ordinary file"],
  ])("refuses %s", (_title, options, code, words) =>
    inFolder((folder) => {
      const output = join(folder, "x.onnx");
      const { exit, stderr } = deepmacc(["build", "HG[20]", ...options, "-o", output]);
      expect([exit, stderr]).toEqual([code, expect.stringContaining(words)]);
      expect(readdirSync(folder)).toEqual([]);
    }),
  );

  it("does not wait for a pipe", () =>
    inFolder((folder) => {
      spawnSync("mkfifo", [join(folder, "pipe")]);
      expect(deepmacc(["weights", "inspect", join(folder, "pipe")]).exit).toBe(74);
    }));

  it("leaves an older output as it was when the data turns out damaged", () =>
    inFolder((folder) => {
      const at = (name: string): string => join(folder, name);
      const data = readFileSync(`${checkpoint}.data-00000-of-00001`);
      data.writeUInt8(data.readUInt8(5000) ^ 1, 5000);
      writeFileSync(at("c.data-00000-of-00001"), data);
      copyFileSync(`${checkpoint}.index`, at("c.index"));
      writeFileSync(at("x.onnx"), "old");
      const { exit, stderr } = deepmacc(["build", "HG[20]", ...small, "--weights", at("c"), "-o", at("x.onnx")]);
      expect([exit, stderr]).toEqual([
        1,
        expect.stringMatching(/the checksum of \S+ does not match: the file is damaged/),
      ]);
      expect(readFileSync(at("x.onnx"), "utf8")).toBe("old");
      expect(readdirSync(folder).sort()).toEqual(["c.data-00000-of-00001", "c.index", "x.onnx"]);
    }));
});

describe("a `weights` declaration", () => {
  const text = (more: string): string => `dm 1
model Small on x: f32[N, S, S, 50] = x -> conv(4, k = 1)
${more}
`;
  const declared = 'weights Small from "./c" { "model/_mask_net/_net/input_layer/*" => "conv/*" }';

  function inProject(more: string, use: (file: string, folder: string) => void): void {
    inFolder((folder) => {
      for (const end of [".index", ".data-00000-of-00001"])
        copyFileSync(join(kept, "resnet8", `ckpt-0${end}`), join(folder, `c${end}`));
      const file = join(folder, "small.dm");
      writeFileSync(file, text(more));
      use(file, folder);
    });
  }

  it("is checked from the header, and used by build", () =>
    inProject(declared, (file, folder) => {
      expect(deepmacc(["check", file]).exit).toBe(0);
      const { exit, stderr } = deepmacc(["build", file, "-o", join(folder, "x.onnx")]);
      expect([exit, stderr]).toEqual([0, expect.stringContaining("2 tensors of ./c are the weights of Small")]);
    }));

  it("gives way to options", () =>
    inProject(declared, (file, folder) => {
      const at = (name: string): string => join(folder, name);
      deepmacc(["build", file, "-o", at("declared.onnx")]);
      deepmacc(["build", file, "--seed", "0", "-o", at("seed.onnx")]);
      expect(readFileSync(at("seed.onnx")).equals(readFileSync(at("declared.onnx")))).toBe(false);
    }));

  it("that names another model is left alone", () =>
    inProject(`model Other on x: f32[N, S, S, 50] = x -> conv(4, k = 1)\n${declared}`, (file, folder) => {
      const { exit, stderr } = deepmacc(["build", `${file}:Other`, "-o", join(folder, "x.onnx")]);
      expect([exit, stderr]).toEqual([0, ""]);
    }));

  it("needs its file to build, but not to be checked", () =>
    inProject(declared.replace("./c", "./d"), (file, folder) => {
      expect(deepmacc(["check", file])).toMatchObject({ exit: 0, stderr: expect.stringContaining("warning[DM5404]") });
      const { exit, stderr } = deepmacc(["build", file, "-o", join(folder, "x.onnx")]);
      expect([exit, stderr]).toEqual([1, expect.stringContaining("error[DM5404]")]);
      expect(existsSync(join(folder, "x.onnx"))).toBe(false);
    }));

  it("that does not fit is an error of check", () =>
    inProject(declared.replace("=> ", "=> ").replace("conv/*", "cnv/*"), (file) => {
      expect(deepmacc(["check", file])).toMatchObject({ exit: 1, stderr: expect.stringContaining("DM5402") });
    }));
});
