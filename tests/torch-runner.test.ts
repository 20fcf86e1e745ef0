// `verify`, `bench` and `build --verify full` with PyTorch. Where DEEPMACC_PYTHON names a Python that has it (as
// `.ci/run` does), models run there; elsewhere the same commands must say that PyTorch is missing, and go on.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { exits } from "../cli/exit.ts";
import { chooseModel } from "../cli/model.ts";
import { targetNamed } from "../cli/targets/index.ts";
import { elaborate, freshWeights, type Graph, type WeightReader } from "../compiler/index.ts";
import { type Comparison, compareFile, firstLayer, tryOut } from "../lab/index.ts";
import { torchDriver } from "../runtime/engines/torch-driver.ts";
import { bin, deepmacc, inFolder } from "./deepmacc.ts";

const python = process.env["DEEPMACC_PYTHON"];
const small = ["HG[10]", "--at", "S=8,C=5", "--with", "nc=4"];
const missing = /PyTorch is not there: pip install torch, or set DEEPMACC_PYTHON/;

/** Names that mean something to Python, and every type that an interface has. */
const kinds = `dm 1
model Kinds on (steps: i32[N, 4], given: bool[N, 3], x: f32[N, 4, 4, 2])
  = { lambda: steps -> cast(f32) -> dense(2), class: (given, given) -> concat, count: x -> conv(3),
      sharp: x -> cast(bool), whole: (2 * x) -> cast(i32) }
`;

// The linter of the peer tests reads what lies in that folder.
const peers = process.env["DEEPMACC_TORCH_DIR"];
if (peers) {
  mkdirSync(peers, { recursive: true });
  writeFileSync(join(peers, "driver.py"), torchDriver);
}

const verified = (...args: readonly string[]) => {
  const run = deepmacc(["verify", ...args, "--targets", "torch", "--json"]);
  const { targets } = JSON.parse(run.stdout);
  return { exit: run.exit, ...targets[0] };
};

const withPyTorch = () => {
  it.each([
    ["an output", small],
    ["channels first", [...small, "--layout", "nchw"]],
    ["several outputs", ["Hourglass104", "--at", "H=128,W=128", "--with", "stem=4,c=[4,4,6,6,6,8]"]],
  ])("verifies %s", (_title, args) => {
    expect(verified(...args)).toMatchObject({ exit: exits.ok, target: "torch", status: "ok" });
  });

  it("verifies whole numbers, truth values, and names that Python keeps for itself", () => {
    inFolder((folder) => {
      writeFileSync(join(folder, "kinds.dm"), kinds);
      const { exit, outputs } = verified(join(folder, "kinds.dm"));
      expect(exit).toBe(exits.ok);
      const maxima = outputs.map(({ name, max }: { name: string; max: number }) => [name, name === "count" ? 0 : max]);
      expect(maxima).toEqual(["lambda", "class", "count", "sharp", "whole"].map((name) => [name, 0]));
    });
  });

  it("finds the layer whose weight is wrong", async () => {
    const path = "trunk/hourglass/up/inner/low/stage/chain/0/body/conv";
    expect(await suspectOf(`${path}/kernel`)).toBe(path);
  });

  it("says why a file does not run", () =>
    inFolder(async (folder) => {
      const { comparison, graph, write } = trialIn(folder, freshWeights(0));
      const model = await write(graph);
      if (typeof model !== "string") throw new Error("not written");
      writeFileSync(join(model, "model.py"), "import sys\nprint('hello')\nsys.exit('no weights today')\n");
      expect(await compareFile(model, comparison)).toMatchObject({ status: "failed", reason: /no weights today/ });
    }));

  it("is timed beside others, against its own matrix product", () => {
    const run = deepmacc(["bench", ...small, "--targets", "onnx,torch", "--runs", "3", "--batch", "1,2", "--json"]);
    expect(run.exit, run.stderr + run.stdout).toBe(exits.ok);
    const { results, peaks } = JSON.parse(run.stdout);
    const rows = results.map(({ target, batch }: { target: string; batch: number }) => [target, batch]);
    expect(rows).toEqual([
      ["onnx", 1],
      ["torch", 1],
      ["onnx", 2],
      ["torch", 2],
    ]);
    expect(results[1].backend).toMatch(/^PyTorch \d+\.\d+/);
    expect(results[1].peakFraction).toBeCloseTo(results[1].gflops / peaks[1].gflops);
    expect(peaks[1].target).toBe("torch");
  });

  it("runs what `build --verify full` wrote, and leaves nothing beside it", () => {
    inFolder((cwd) => {
      const run = deepmacc(["build", ...small, "--target", "torch", "-o", "hg", "--verify", "full", "--json"], { cwd });
      expect(JSON.parse(run.stdout)).toMatchObject({ verify: { status: "ok" } });
      expect(readdirSync(join(cwd, "hg")).sort()).toEqual(["model.py", "weights.safetensors"]);
    });
  });
};
if (python) describe("a machine with PyTorch", withPyTorch);

describe("a machine without PyTorch", () => {
  const env = { DEEPMACC_PYTHON: "no/such/python" };

  it("cannot verify what was asked for", () => {
    const run = deepmacc(["verify", ...small, "--targets", "torch"], { env });
    expect([run.exit, run.stdout]).toEqual([exits.unsupported, expect.stringMatching(missing)]);
  });

  it("verifies the others", () => {
    const run = deepmacc(["verify", ...small], { env });
    expect([run.exit, run.stdout]).toEqual([
      exits.ok,
      expect.stringMatching(/onnx .* ok\n(.*\n)*.*torch: not run: PyTorch/),
    ]);
  });

  it("times the others, and says so", () => {
    const run = deepmacc(["bench", ...small, "--runs", "1", "--batch", "1"], { env });
    expect([run.exit, run.stderr]).toEqual([
      exits.ok,
      expect.stringMatching(/torch was left out: PyTorch is not there/),
    ]);
    const alone = deepmacc(["bench", ...small, "--targets", "torch", "--runs", "1"], { env });
    expect([alone.exit, alone.stderr]).toEqual([exits.unsupported, expect.stringMatching(missing)]);
  });

  it("builds, and refuses only where the check was asked for", () => {
    inFolder((cwd) => {
      const build = ["build", ...small, "--target", "torch", "-o", "hg"];
      const quick = deepmacc([...build, "--json"], { cwd, env });
      expect(quick.exit).toBe(exits.ok);
      expect(JSON.parse(quick.stdout).verify).toMatchObject({
        status: "skipped",
        reason: "starting torch takes longer than the build; --verify=full",
      });
      const full = deepmacc([...build, "--verify", "full"], { cwd, env });
      expect([full.exit, full.stderr]).toEqual([exits.unsupported, expect.stringMatching(missing)]);
    });
  });
});

it("Ctrl-C ends Python too", () =>
  inFolder(async (folder) => {
    const fake = join(folder, "python");
    const asked = join(folder, "asked");
    const drive = `console.log(JSON.stringify({ version: "9.9", bytes: 0 }));
      process.stdin.once("data", () => require("node:fs").writeFileSync(${JSON.stringify(asked)}, String(process.pid)));
      process.stdin.on("end", () => process.exit());`;
    writeFileSync(fake, `#!${process.execPath}\nif (!process.argv[3].includes("find_spec")) { ${drive} }\n`);
    chmodSync(fake, 0o755);
    const env = { ...process.env, DEEPMACC_PYTHON: fake, TMPDIR: folder };
    const command = spawn(process.execPath, [bin, "verify", ...small, "--targets", "torch"], { env });
    const ended = once(command, "exit");
    const within = { timeout: 50_000 };
    await vi.waitUntil(() => existsSync(asked) && readFileSync(asked, "utf8") !== "", within);
    command.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    await vi.waitUntil(() => !isRunning(Number(readFileSync(asked, "utf8"))), within);
    expect(readdirSync(folder).sort()).toEqual(["asked", "python"]);
  }));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A small HG[20], written with these weights and compared with seed 0. */
function trialIn(folder: string, reader: WeightReader) {
  const chosen = chooseModel("specs/heads/hourglass.dm:HG[20]", { at: ["C=6"], with: ["nc=2"] });
  const { graph } = elaborate(chosen.program, chosen.request, "infer");
  if (!graph) throw new Error("the shipped spec does not elaborate");
  const trial = tryOut({ ...chosen, graph, weights: freshWeights(0), seed: 0 });
  if ("diagnostics" in trial) throw new Error("no trial");
  const torch = targetNamed("torch");
  const comparison: Comparison = { target: "torch", open: torch.open, layout: "nhwc", trial, tolerance: 1e-5 };
  let files = 0;
  const write = async (each: Graph) => {
    const path = join(folder, `${files++}`);
    const writing = { path, options: {}, weights: reader, progress: () => {} };
    const written = await torch.write(each, writing);
    return "unsupported" in written ? undefined : path;
  };
  return { comparison, graph, write };
}

/** The layer that is found where one weight is half as large again. */
function suspectOf(wrong: string): Promise<string | undefined> {
  const weights = freshWeights(0);
  const reader: WeightReader = {
    read: (weight, axes) => weights.read(weight, axes).map((v) => (weight.path === wrong ? v * 1.5 : v)),
  };
  return inFolder(async (folder) => {
    const { comparison, graph, write } = trialIn(folder, reader);
    const path = await write(graph);
    const verdict = typeof path === "string" ? await compareFile(path, comparison) : undefined;
    if (verdict?.status !== "mismatch") throw new Error(`the file is ${verdict?.status}`);
    return (await firstLayer(graph, verdict.outputs, comparison, write))?.node.path;
  });
}
