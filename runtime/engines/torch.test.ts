// What happens around PyTorch, with programs that stand in for Python: none of it needs PyTorch.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isEngineFailure, type Session } from "../session.ts";
import { pythonsIn, torchEngine } from "./torch.ts";

let folder = "";
beforeAll(() => {
  // Each test has a process of its own, which waits until the tests end.
  process.setMaxListeners(40);
  folder = mkdtempSync(join(tmpdir(), "deepmacc-python-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has torch, greets, opens any model `x -> y`, and doubles what it is given. `extra` runs before each answer. */
const driver = (extra: string) => `
let rest = Buffer.alloc(0);
const send = (answer, body = Buffer.alloc(0)) => {
  process.stdout.write(JSON.stringify({ ...answer, bytes: body.length }) + "\\n");
  process.stdout.write(body);
};
send({ version: "9.9" });
process.stdin.on("data", (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  const end = rest.indexOf(10);
  if (end < 0) return;
  const request = JSON.parse(rest.subarray(0, end));
  const size = (request.tensors ?? []).reduce((sum, { dims }) => sum + 4 * dims.reduce((a, b) => a * b, 1), 0);
  if (rest.length < end + 1 + size) return;
  const body = Buffer.from(rest.subarray(end + 1, end + 1 + size));
  rest = rest.subarray(end + 1 + size);
  ${extra}
  if (request.do === "open") return send({ model: 1, inputs: [{ name: "x", type: "float32", rank: 2 }], outputs: ["y"] });
  if (request.do === "time") return send({ milliseconds: 2.5, tensors: [] });
  const numbers = new Float32Array(new Uint8Array(body).buffer).map((value) => 2 * value);
  send({ milliseconds: 1, tensors: request.tensors }, Buffer.from(numbers.buffer));
});
process.stdin.on("end", () => process.exit());
`;

/** A program that is called as Python is: `python -c PROGRAM`, once to probe and once to drive. */
function fakePython(name: string, { probe = "", drive = driver("") }): string {
  const path = join(folder, name);
  const text = `#!${process.execPath}
require("node:fs").appendFileSync(${JSON.stringify(`${path}.calls`)}, "x");
if (process.argv[3].includes("find_spec")) { ${probe} } else { ${drive} }
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

const callsOf = (path: string): number => readFileSync(`${path}.calls`, "utf8").length;
const never = "setInterval(() => {}, 1000);";
const limits = { probe: 30_000, start: 30_000 };
const engineWith = (python: string, changed: Partial<typeof limits> = {}) =>
  torchEngine({ DEEPMACC_PYTHON: python }, { ...limits, ...changed });

const x = { dims: [1, 3], data: Float32Array.of(1, 2, 3) };

async function sessionIn(engine: ReturnType<typeof torchEngine>): Promise<Session> {
  const session = await engine.open("model");
  if (isEngineFailure(session)) throw new Error(session.message);
  return session;
}

describe("a Python with PyTorch", () => {
  it("runs and times models, and is started once", async () => {
    const python = fakePython("good", {});
    const engine = engineWith(python);
    const [first, second] = [await sessionIn(engine), await sessionIn(engine)];
    expect(first).toMatchObject({ backend: "torch", title: "PyTorch 9.9" });
    expect(first.manifest.inputs).toEqual([{ name: "x", type: "float32", dims: ["axis0", "axis1"] }]);
    const answers = await Promise.all([first.run({ x }), second.time({ x }), second.run({ x })]);
    const doubled = { y: { dims: [1, 3], data: Float32Array.of(2, 4, 6) } };
    expect(answers).toEqual([doubled, 2.5, doubled]);
    await first.close();
    expect(callsOf(python)).toBe(2);
  });

  it("may take its time to start", async () => {
    const drive = `setTimeout(() => { ${driver("")} }, 300);`;
    const { manifest } = await sessionIn(engineWith(fakePython("slow", { drive })));
    expect(manifest.outputs.map(({ name }) => name)).toEqual(["y"]);
  });

  it("gets no input that is not what the model takes", async () => {
    const session = await sessionIn(engineWith(fakePython("strict", {})));
    for (const feeds of [{}, { x: { dims: [1, 3], data: Uint8Array.of(1, 2, 3) } }])
      expect(await session.run(feeds)).toMatchObject({ failure: "run-failed", message: /input x is missing, or/ });
    expect(Object.keys(await session.run({ x }))).toEqual(["y"]);
  });

  it("says what a model complains about, and goes on", async () => {
    const complain = `if (request.do === "run") return send({ failure: "ValueError: HG takes [N, 8]\\nmore" });`;
    const session = await sessionIn(engineWith(fakePython("complains", { drive: driver(complain) })));
    expect(await session.run({ x })).toEqual({ failure: "run-failed", message: "ValueError: HG takes [N, 8]" });
    expect(await session.time({ x })).toBe(2.5);
  });
});

describe("no PyTorch", () => {
  const wayOut = /PyTorch is not there: pip install torch, or set DEEPMACC_PYTHON/;
  it.each([
    ["no such program", () => join(folder, "nowhere"), {}, /nowhere: it was not found/],
    ["no torch", () => fakePython("bare", { probe: "process.exit(1)" }), {}, /bare: it has no torch/],
    [
      "a torch that is broken",
      () =>
        fakePython("broken", {
          drive: `console.error("Traceback:\\n  ...\\nImportError: no libgomp"); process.exit(1)`,
        }),
      {},
      /broken: ImportError: no libgomp/,
    ],
    ["a Python that hangs", () => fakePython("hangs", { probe: never }), { probe: 500 }, /not answer within 0.5 s/],
    ["a torch that hangs", () => fakePython("stuck", { drive: never }), { start: 500 }, /not ready after 0.5 s/],
    [
      "another program",
      () => fakePython("other", { drive: `console.log("Welcome!"); ${never}` }),
      {},
      /answered "Welcome!"/,
    ],
    [
      "a program that is killed",
      () => fakePython("killed", { drive: "process.kill(process.pid)" }),
      {},
      /signal SIGTERM/,
    ],
  ])("%s", async (_title, python, changed, reason) => {
    const engine = engineWith(python(), changed);
    const answer = await engine.open("model");
    expect(answer).toMatchObject({ failure: "engine-missing", message: expect.stringMatching(wayOut) });
    expect(answer).toMatchObject({ message: expect.stringMatching(reason) });
  });

  it("is found out once", async () => {
    const python = fakePython("asked", { probe: "process.exit(1)" });
    const engine = engineWith(python);
    expect(await engine.open("a")).toEqual(await engine.open("b"));
    expect(callsOf(python)).toBe(1);
  });
});

describe("a Python that breaks down", () => {
  it.each([
    [
      "crashes",
      `if (request.do === "run") process.kill(process.pid, "SIGKILL");`,
      /Python stopped: it ended with signal/,
    ],
    ["ends", `if (request.do === "run") process.exit(7);`, /Python stopped: it ended with exit code 7/],
    [
      "says why it ends",
      `if (request.do === "run") { console.error("MemoryError"); process.exit(1); }`,
      /Python stopped: MemoryError/,
    ],
    [
      "talks",
      `if (request.do === "run") { console.log("loss: 0.1"); return; }`,
      /it answered "loss: 0.1" and was ended/,
    ],
    [
      "talks without end",
      `if (request.do === "run") { process.stdout.write("x".repeat(3e6)); return; }`,
      /it answered "x{40}…" and was ended/,
    ],
    [
      "ends within an answer",
      `if (request.do === "run") { process.stdout.write('{"bytes": 100}\\nshort', () => process.exit(3)); return; }`,
      /it ended with exit code 3/,
    ],
  ])("%s", async (title, extra, reason) => {
    const engine = engineWith(fakePython(title.replaceAll(" ", "-"), { drive: driver(extra) }));
    const session = await sessionIn(engine);
    const failed = { failure: "run-failed", message: expect.stringMatching(reason) };
    expect(await session.run({ x })).toMatchObject(failed);
    // What the broken one knew is lost; the next model gets a new one.
    expect(await session.run({ x })).toMatchObject({ failure: "run-failed" });
    expect(await (await sessionIn(engine)).time({ x })).toBe(2.5);
  });
});

describe("where Python may be", () => {
  it("the user says so, or the environment that is active, or the path", () => {
    expect(pythonsIn({ DEEPMACC_PYTHON: "my/python", VIRTUAL_ENV: "/env" })).toEqual(["my/python"]);
    expect(pythonsIn({ DEEPMACC_PYTHON: "", VIRTUAL_ENV: "/env" }, "linux")).toEqual([
      join("/env", "bin", "python"),
      "python3",
      "python",
    ]);
    expect(pythonsIn({ VIRTUAL_ENV: "env" }, "win32")[0]).toBe(join("env", "Scripts", "python.exe"));
    expect(pythonsIn({})).toEqual(["python3", "python"]);
  });

  it("the first that has PyTorch is taken", async () => {
    const [active, path] = [join(folder, "env", "bin"), join(folder, "path")];
    for (const each of [active, path]) mkdirSync(each, { recursive: true });
    fakePython("env/bin/python", { probe: "process.exit(1)" });
    fakePython("path/python3", {});
    const engine = torchEngine({ VIRTUAL_ENV: join(folder, "env"), PATH: path }, limits);
    expect((await sessionIn(engine)).title).toBe("PyTorch 9.9");
    expect(existsSync(join(active, "python.calls"))).toBe(true);
  });
});
