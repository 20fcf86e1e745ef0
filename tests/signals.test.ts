// Ctrl-C and SIGTERM in the middle of long work, whoever does it: the reference in TypeScript, a native library,
// WebAssembly, Python. The answer comes at once, by the exit code, and nothing is left behind.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { npyHeader } from "../runtime/index.ts";
import { bin, deepmacc, inFolder, spec } from "./deepmacc.ts";

/** Usually it is a few hundredths; tests run beside each other. */
const milliseconds = 5000;

/** One run takes many seconds in every engine. */
const heavy = `dm 1
model Heavy on x: f32[N, 192, 192, 64] = x -> (conv(256, k = 5) -> relu -> conv(64, k = 5)) * 6
`;
/** The last of these is sent at a moment of its own in every run of the tests. */
const moments = [0, 300, Math.round(3000 * Math.random())];
const exitOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

interface Answer {
  readonly exit: number | null;
  readonly milliseconds: number;
}

/** Sends a signal so long after the command has begun its work, and waits for its end. */
async function signalled(
  args: readonly string[],
  cwd: string,
  signal: keyof typeof exitOf,
  delay: number,
): Promise<Answer> {
  const scratch = join(cwd, "scratch");
  mkdirSync(scratch);
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    stdio: "ignore",
    env: { ...process.env, TMPDIR: scratch },
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  // The reference is computed before anything is written.
  if (args[0] === "verify") await new Promise((resolve) => setTimeout(resolve, 2000));
  else await vi.waitUntil(() => readdirSync(scratch).length > 0, { timeout: 50_000, interval: 5 });
  await new Promise((resolve) => setTimeout(resolve, delay));
  const started = performance.now();
  child.kill(signal);
  return { exit: await ended, milliseconds: performance.now() - started };
}

/** A machine with many cores may end before a late signal comes: then an earlier one is sent to a fresh command. */
async function interrupted(
  args: readonly string[],
  cwd: string,
  signal: keyof typeof exitOf,
  delay: number,
): Promise<Answer> {
  const answer = await signalled(args, cwd, signal, delay);
  if (answer.exit !== 0 || delay === 0) return answer;
  for (const made of ["scratch", "y.npy", "heavy.onnx"]) rmSync(join(cwd, made), { recursive: true, force: true });
  return interrupted(args, cwd, signal, Math.floor(delay / 4));
}

const python = process.env["DEEPMACC_PYTHON"];

const commands: readonly (readonly [title: string, args: readonly string[]])[] = [
  ["the reference", ["verify", "heavy.dm", "--targets", "onnx"]],
  ["onnxruntime", ["bench", "heavy.dm", "--targets", "onnx", "--batch", "4"]],
  ["one run", ["run", "heavy.dm", "--input", "x.npy", "-o", "y.npy"]],
  ["tfjs", ["bench", "heavy.dm", "--targets", "tfjs", "--batch", "4"]],
  ["calibration", ["quantize", "heavy.dm", "--batch", "4", "-o", "heavy.onnx"]],
  ...(python ? [["PyTorch", ["bench", "heavy.dm", "--targets", "torch", "--batch", "4"]] as const] : []),
];

/** What lies there before; a run needs its tensor. */
function prepared(cwd: string, [command]: readonly string[]): readonly string[] {
  if (command !== "run") return ["heavy.dm"];
  const dims = [1, 192, 192, 64];
  const content = Buffer.alloc(4 * 192 * 192 * 64);
  writeFileSync(join(cwd, "x.npy"), Buffer.concat([npyHeader({ dtype: "F32", dims }), content]));
  return ["heavy.dm", "x.npy"];
}

describe.each(commands)("in %s", (_title, args) => {
  it.each(moments.map((delay, i) => [(["SIGINT", "SIGTERM", "SIGHUP"] as const)[i] ?? "SIGINT", delay] as const))(
    "%s after %d ms is answered at once",
    async (signal, delay) => {
      await inFolder(async (cwd) => {
        writeFileSync(join(cwd, "heavy.dm"), heavy);
        const before = prepared(cwd, args);
        const answer = await interrupted(args, cwd, signal, delay);
        expect(answer.exit).toBe(exitOf[signal]);
        expect(answer.milliseconds).toBeLessThan(milliseconds);
        expect(readdirSync(join(cwd, "scratch"))).toEqual([]);
        expect(readdirSync(cwd).sort()).toEqual([...before, "scratch"].sort());
      });
    },
  );
});

it("a build that is interrupted while it writes a new folder leaves none", async () => {
  await inFolder(async (cwd) => {
    const command = [bin, "build", spec("hg100.dm"), "--target", "tfjs", "-o", "out", "--verify", "off"];
    const child = spawn(process.execPath, command, { cwd, stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const out = join(cwd, "out");
    await vi.waitUntil(() => existsSync(out) && readdirSync(out).length > 0, { timeout: 50_000, interval: 2 });
    child.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

it("a command whose parent is killed ends as well, and tidies", async () => {
  await inFolder(async (cwd) => {
    writeFileSync(join(cwd, "light.dm"), "dm 1\nmodel Light on x: f32[N, 8, 8, 4] = x -> conv(4)\n");
    mkdirSync(join(cwd, "scratch"));
    const command = [bin, "bench", "light.dm", "--targets", "onnx", "--runs", "100000"];
    const env = { ...process.env, TMPDIR: join(cwd, "scratch") };
    const child = spawn(process.execPath, command, { cwd, stdio: "ignore", env });
    await vi.waitUntil(() => readdirSync(join(cwd, "scratch")).length > 0, { timeout: 50_000, interval: 5 });
    child.kill("SIGKILL");
    await vi.waitUntil(() => readdirSync(join(cwd, "scratch")).length === 0, { timeout: 50_000 });
  });
});

/** Whether a process runs; one that ended and waits for its parent does not. */
const runs = (id: number): boolean => {
  const found = spawnSync("ps", ["-o", "stat=", "-p", String(id)], { encoding: "utf8" }).stdout.trim();
  return found !== "" && !found.startsWith("Z");
};

// The reference computes for half a minute here, and hears nothing meanwhile.
it.runIf(process.platform === "linux")("a command that computes ends soon after its parent was killed", async () => {
  await inFolder(async (cwd) => {
    const command = [bin, "verify", "HG[100]", "--at", "S=32,C=50", "--targets", "onnx"];
    const parent = spawn(process.execPath, command, { cwd, stdio: "ignore" });
    const childOf = () => Number(spawnSync("pgrep", ["-P", String(parent.pid)], { encoding: "utf8" }).stdout.trim());
    await vi.waitUntil(() => childOf() > 0, { timeout: 20_000 });
    const child = childOf();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(runs(child)).toBe(true);
    parent.kill("SIGKILL");
    await vi.waitUntil(() => !runs(child), { timeout: 10_000 });
  });
});

describe("what is no ordinary file", () => {
  it.runIf(process.platform !== "win32").each([
    ["a model", ["check", "pipe.dm"]],
    ["an import", ["check", "user.dm"]],
    ["weights", ["build", "net.dm", "--weights", "pipe.dm"]],
    ["a mapping", ["build", "net.dm", "--weights", "none.safetensors", "--map", "pipe.dm"]],
    ["calibration inputs", ["quantize", "net.dm", "--calibration", "pipe.npy"]],
  ])("is refused as %s before it is opened", (_title, args) => {
    inFolder((cwd) => {
      for (const name of ["pipe.dm", "pipe.npy"]) spawnSync("mkfifo", [join(cwd, name)]);
      expect(existsSync(join(cwd, "pipe.dm"))).toBe(true);
      writeFileSync(join(cwd, "net.dm"), "dm 1\nmodel Net on x: f32[N, 8, 8, 4] = x -> conv(4)\n");
      writeFileSync(join(cwd, "user.dm"), 'dm 1\nuse "./pipe.dm" { A }\nblock B on x: [.., C] = x -> A\n');
      const run = deepmacc(args, { cwd });
      expect(run.stderr).toMatch(/no ordinary file|none\.safetensors/);
      expect([1, 74]).toContain(run.exit);
    });
  });
});

it("a folder for temporary files that is not there is told in a sentence", () => {
  inFolder((cwd) => {
    writeFileSync(join(cwd, "net.dm"), "dm 1\nmodel Net on x: f32[N, 8, 8, 4] = x -> conv(4)\n");
    const run = deepmacc(["verify", "net.dm"], { cwd, env: { TMPDIR: join(cwd, "nowhere") } });
    expect(run.exit).toBe(74);
    expect(run.stderr).toMatch(/cannot make a folder for temporary files in .*nowhere: no such file or directory/);
  });
});
