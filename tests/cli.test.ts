// The command line as users and programs meet it: exit codes, one JSON document, colours, files.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, deepmacc, inFolder, root, spec } from "./deepmacc.ts";

const small = ["--at", "S=32,C=50", "--with", "nc=2"];

/** A broken model: one error with a known place. */
const broken = `dm 1
model Wrong on x: f32[N, 32, 32, 8]
  = x + (x -> conv(16))
`;

describe("exit codes", () => {
  it.each([
    ["0 where nothing is wrong", ["check", spec("hg52.dm")], 0],
    ["0 for help", ["--help"], 0],
    ["0 for the help of a command", ["help", "build"], 0],
    ["0 for the version", ["--version"], 0],
    ["1 where a test fails as intended elsewhere", ["build", "HG[50]", "--at", "S=32,C=50"], 1],
    ["1 where a size does not fit", ["build", "HG[52]", "--at", "S=48,C=50"], 1],
    ["1 where a needed size is open", ["build", "HG[52]"], 1],
    ["2 without a command", [], 2],
    ["2 for an unknown command", ["chek"], 2],
    ["2 for an unknown flag", ["check", "--colour", spec("hg52.dm")], 2],
    ["2 for a wrong --at", ["info", "HG[52]", "--at", "S=big"], 2],
    ["2 for a wrong --opset", ["build", "HG[52]", "--opset", "5", ...small], 2],
    ["2 for a model that is not there", ["info", `${spec("hg52.dm")}:HG53`], 2],
    ["2 for an unknown target", ["build", "HG[52]", "--target", "tensorflow", ...small], 2],
    ["2 for a target named as objects have names", ["build", "HG[52]", "--target", "constructor", ...small], 2],
    ["2 for an unknown code", ["explain", "DM9999"], 2],
    ["3 where a target is further off than allowed", ["verify", "HG[10]", "--tolerance", "0", ...small], 3],
    ["2 for targets that cannot be run", ["verify", "HG[10]", "--targets", "caffe", ...small], 2],
    [
      "4 for operators without a lowering",
      ["build", `${spec("detectors/deepmac.dm")}:DeepMAC512`, "--at", "H=512,W=512,K=7", "--target", "tfjs"],
      4,
    ],
    ["5 for a file that is too large", ["check", "--max-size", "10", spec("hg52.dm")], 5],
    ["74 for a missing file", ["check", "nowhere.dm"], 74],
    ["0 for a directory without mistakes", ["check", "specs"], 0],
    ["2 for a directory without model files", ["check", "."], 2],
    ["74 for a directory where a model is needed", ["info", "specs"], 74],
  ])("%s", (_title, args, exit) => {
    inFolder((cwd) => {
      const run = deepmacc(args, { cwd: args.includes("specs") ? root : cwd });
      expect(run.exit, run.stderr).toBe(exit);
      expect(run.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
      expect(readdirSync(cwd)).toEqual([]);
    });
  });
});

describe("--json", () => {
  it.each([
    ["check", ["check", spec("hg52.dm")]],
    ["test", ["test", spec("hg52.dm")]],
    ["info", ["info", "HG[52]", "--at", "C=50"]],
    ["explain CODE", ["explain", "DM4101"]],
    ["explain REF DIM", ["explain", "HG[52]", "S"]],
    ["build", ["build", "HG[10]", ...small]],
    ["a diagnostic", ["build", "HG[52]", "--at", "S=48,C=50"]],
    ["an unknown flag", ["check", "--colour", "x.dm"]],
    ["an unknown command", ["chek"]],
    ["a missing file", ["check", "nowhere.dm"]],
    ["a later target", ["build", "HG[52]", "--target", "tfjs"]],
  ])("%s is one document and nothing else", (_title, args) => {
    inFolder((cwd) => {
      const run = deepmacc([...args, "--json"], { cwd });
      expect(run.stdout.endsWith("\n")).toBe(true);
      expect(run.stdout.trim().split("\n")).toHaveLength(1);
      expect(JSON.parse(run.stdout)).toBeTypeOf("object");
      expect(run.stderr).toBe("");
    });
  });

  it("check has exactly the promised keys, from 1", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "wrong.dm"), broken);
      const run = deepmacc(["check", "wrong.dm", "--json"], { cwd });
      const document = JSON.parse(run.stdout) as { diagnostics: Record<string, unknown>[] };
      expect(run.exit).toBe(1);
      expect(Object.keys(document)).toEqual(["diagnostics"]);
      const [first = {}] = document.diagnostics;
      expect(Object.keys(first)).toEqual([
        "code",
        "severity",
        "message",
        "file",
        "line",
        "column",
        "endLine",
        "endColumn",
        "labels",
        "notes",
        "help",
        "chain",
      ]);
      expect(first).toMatchObject({ code: "DM4201", severity: "error", file: "wrong.dm", line: 3, endLine: 3 });
    });
  });

  it("info has exactly the promised keys", () => {
    const { stdout } = deepmacc(["info", "HG[52]", "--at", "C=50", "--json"]);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual([
      "name",
      "inputs",
      "outputs",
      "params",
      "buffers",
      "macs",
      "depth",
      "rf",
      "seen",
      "peak",
      "nodes",
      "shape",
      "requires",
      "skips",
    ]);
    expect(document).toMatchObject({
      params: 23454593,
      buffers: 29312,
      depth: 53,
      shape: "[N, S, S, 1]",
      requires: "S % 32 == 0",
    });
    expect(document["macs"]).toBeTypeOf("string");
  });

  it("info --paths lists every weight, and what PyTorch calls it", () => {
    const { stdout } = deepmacc(["info", "HG[10]", "--at", "C=50", "--paths", "--json"]);
    const { paths, params, buffers } = JSON.parse(stdout) as {
      params: number;
      buffers: number;
      paths: { path: string; shape: number[]; trainable: boolean }[];
    };
    expect(paths[0]).toEqual({
      path: "trunk/unit/conv/kernel",
      shape: [3, 3, 50, 64],
      trainable: true,
      torch: { name: "trunk.unit.conv.weight", shape: [64, 50, 3, 3] },
    });
    const numbers = (isTrainable: boolean): number =>
      paths
        .filter(({ trainable }) => trainable === isTrainable)
        .reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
    expect([numbers(true), numbers(false)]).toEqual([params, buffers]);
    const open = deepmacc(["info", "HG[10]", "--paths"]);
    expect(open.stdout).toMatch(/\n {2}trunk\/unit\/conv\/kernel +\[3, 3, C, 64\]\n/);
  });

  it("says nothing about sizes where every size works", () => {
    const { stdout } = deepmacc(["info", "HG20NoED", "--at", "C=50", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ requires: "" });
  });
});

describe("text", () => {
  it("has no colours when it is not a terminal", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "wrong.dm"), broken);
      const run = deepmacc(["check", "wrong.dm"], { cwd, env: { NO_COLOR: "" } });
      expect(`${run.stdout}${run.stderr}`).not.toContain("\u001b[");
      expect(run.stderr).toContain("error[DM4201]");
      expect(run.stderr).toContain("  ┌─ wrong.dm:3:");
    });
  });

  it("suggests commands, options, files and models", () => {
    expect(deepmacc(["chek"]).stderr).toContain("check");
    expect(deepmacc(["check", "--jsn", "x.dm"]).stderr).toContain("--json");
    expect(deepmacc(["check", "specs/hg25.dm"]).stderr).toContain("did you mean specs/hg");
    expect(deepmacc(["check", "specs/hg52"]).stderr).toContain("did you mean specs/hg52.dm?");
    expect(deepmacc(["info", "specs/hg52.dm:HG25"]).stderr).toContain("did you mean HG52?");
  });

  it("checks the other files when one is missing", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "wrong.dm"), broken);
      const run = deepmacc(["check", "nowhere.dm", "wrong.dm"], { cwd });
      expect(run.exit).toBe(74);
      expect(run.stderr).toContain("DM4201");
      expect(run.stderr).toContain("cannot read nowhere.dm");
    });
  });

  it("takes directories for the model files in them, each file once", () => {
    inFolder((cwd) => {
      mkdirSync(join(cwd, "nets/deep/node_modules"), { recursive: true });
      writeFileSync(join(cwd, "nets/wrong.dm"), broken);
      writeFileSync(join(cwd, "nets/deep/right.dm"), 'dm 1\ntest "t" { expect 1 == 1 }\n');
      writeFileSync(join(cwd, "nets/deep/node_modules/other.dm"), "what");
      writeFileSync(join(cwd, "nets/deep/notes.txt"), "what");
      const run = deepmacc(["check", "nets", "nets/wrong.dm", "./nets"], { cwd });
      expect(run.stdout).toBe("1 error in 2 files\n");
      expect(deepmacc(["test", "nets/deep"], { cwd }).stdout).toContain("1 passed, 0 failed");
      expect(deepmacc(["check", "empty", "nets/deep"], { cwd }).exit).toBe(74);
    });
  });

  it.runIf(existsSync("/dev/full"))("says that the answer cannot be written", () => {
    for (const args of ["check specs/hg52.dm", "info specs/hg52.dm --json", "--help"]) {
      const line = `"${process.execPath}" "${bin}" ${args} > /dev/full`;
      const run = spawnSync("bash", ["-c", line], { encoding: "utf8", cwd: root });
      expect([run.status, run.stderr]).toEqual([74, "error: cannot write the answer: no space left on the disk\n"]);
    }
  });

  it("ends quietly when the reader has seen enough", () => {
    const line = `"${process.execPath}" "${bin}" --help | head -n 1; exit \${PIPESTATUS[0]}`;
    const run = spawnSync("bash", ["-c", line], { encoding: "utf8" });
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
  });
});

describe("build", () => {
  it("names its output after the file or the model", () => {
    inFolder((cwd) => {
      expect(deepmacc(["build", spec("hg20.dm"), "--with", "nc=2"], { cwd }).exit).toBe(0);
      expect(deepmacc(["build", "HG[32]", ...small], { cwd }).exit).toBe(0);
      expect(readdirSync(cwd).sort()).toEqual(["hg20.onnx", "hg32.onnx"]);
    });
  });

  it("writes the same bytes again, and others for another seed", () => {
    inFolder((cwd) => {
      const bytes = (...more: string[]): Buffer => {
        expect(deepmacc(["build", "HG[10]", ...small, "-o", "a.onnx", ...more], { cwd }).exit).toBe(0);
        return readFileSync(join(cwd, "a.onnx"));
      };
      expect(bytes("--seed", "7").equals(bytes("--seed", "7"))).toBe(true);
      expect(bytes("--seed", "7").equals(bytes("--seed", "8"))).toBe(false);
    });
  });

  it("says how large the file is", () => {
    inFolder((cwd) => {
      const { stdout } = deepmacc(["build", "HG[10]", ...small, "--json"], { cwd });
      const { file, bytes } = JSON.parse(stdout) as { file: string; bytes: number };
      expect(statSync(join(cwd, file)).size).toBe(bytes);
    });
  });

  it("many at once into one place leave one whole file", async () => {
    await inFolder(async (cwd) => {
      const builds = Array.from({ length: 4 }, () =>
        spawn(process.execPath, [bin, "build", "HG[10]", ...small, "-o", "a.onnx"], { cwd }),
      );
      const exits = await Promise.all(builds.map((child) => new Promise((resolve) => child.on("exit", resolve))));
      expect(exits).toEqual([0, 0, 0, 0]);
      expect(readdirSync(cwd)).toEqual(["a.onnx"]);
    });
  });
});

describe("imports", () => {
  it.each([
    ["an absolute path", "/etc/passwd.dm"],
    ["a drive letter", "C:/a.dm"],
    ["a file that is no model", "../package.json"],
  ])("refuse %s", (_title, path) => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), `dm 1\nuse "${path}" { A }\nblock B on x: [.., C] = x -> A\n`);
      const run = deepmacc(["check", "a.dm"], { cwd });
      expect(run.exit).toBe(1);
      expect(run.stderr).toContain("DM2009");
    });
  });

  it("reach one file by two ways as one module", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "t.dm"), "dm 1\ntable T {\n  | k | v |\n  | 1 | 2 |\n}\n");
      writeFileSync(
        join(cwd, "a.dm"),
        `dm 1\nuse "./t.dm" { T }\nuse "./x/../t.dm" { T as U }\ntest "same" { expect T[1].v == U[1].v }\n`,
      );
      const run = deepmacc(["test", "a.dm"], { cwd });
      expect(run.exit, run.stderr).toBe(0);
    });
  });
});

it("every shipped spec is free of errors and warnings, and passes its tests", () => {
  const files = readdirSync(join(root, "specs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".dm"))
    .map((name) => spec(name));
  expect(files.length).toBeGreaterThan(12);
  const checked = JSON.parse(deepmacc(["check", "--json", ...files]).stdout) as {
    diagnostics: { severity: string; code: string; file: string }[];
  };
  expect(checked.diagnostics.filter(({ severity }) => severity !== "hint")).toEqual([]);
  const tested = deepmacc(["test", ...files]);
  expect(tested.exit, tested.stderr).toBe(0);
});

it("every broken model raises its code", () => {
  const run = deepmacc(["test", join(root, "tests/errors/errors.dm"), "--json"]);
  expect(JSON.parse(run.stdout)).toMatchObject({ failed: 0, tests: [{ expectations: 41 }] });
});

it("the demo builds, runs and reports", () => {
  inFolder((cwd) => {
    const run = deepmacc(["demo", "--json"], { cwd });
    expect(run.exit, run.stdout + run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      name: "HG52",
      params: 23454593,
      requires: "S % 32 == 0",
      output: { dims: [2, 32, 32, 1] },
      picture: { file: "scene.overlay.png", pictures: [{ width: 640, height: 480 }], problems: [] },
    });
    for (const name of ["hg52.onnx", "scene.overlay.png", "scene.json"]) expect(existsSync(join(cwd, name))).toBe(true);
  });
});
