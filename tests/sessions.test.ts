// What questions of one session share: the same answers, one budget, and nothing that outlives it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Budget,
  checkModel,
  checkProgram,
  compile,
  elaborate,
  emitOnnx,
  explainSizes,
  type Graph,
  loadProgram,
  modelsOf,
  newSession,
  type Phase,
  type Program,
  summarize,
  testProgram,
} from "../compiler/index.ts";
import { type Diagnostic, parse } from "../grammar/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

function programOf(text: string, files: Readonly<Record<string, string>> = {}): Program {
  return loadProgram({ name: "a.dm", text: `dm 1\n${text}` }, (path) => {
    const found = files[path];
    return found === undefined ? { error: "no such file" } : { name: path, text: `dm 1\n${found}` };
  });
}

/** The kernels of the model's convolutions. */
function kernels(program: Program, phase: Phase): readonly unknown[] {
  const { graph, diagnostics } = elaborate(program, {}, phase);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return graph?.nodes.map((node) => node.params.k) ?? [];
}

describe("a value that asks for the phase is that of the graph", () => {
  const model = "model M on x: f32[N, 8, 8, 4] = x -> conv(4, k = k)";
  const cases: readonly (readonly [title: string, text: string])[] = [
    ["in a const", `const k = if phase == train then 3 else 1\n${model}`],
    ["in a const that a const reads", `const k = j\nconst j = if phase == train then 3 else 1\n${model}`],
    ["in a fn that a const calls", `fn f() -> int = if phase == train then 3 else 1\nconst k = f()\n${model}`],
    ["in a table", `table T {\n | key | k |\n | 1 | if phase == train then 3 else 1 |\n}\nconst k = T[1].k\n${model}`],
    [
      "in defaults",
      "const j = if phase == train then 3 else 1\ndefaults { conv(k = j) }\nmodel M on x: f32[N, 8, 8, 4] = x -> conv(4)",
    ],
    [
      "in an enum's member",
      `enum Size = wide | narrow\nconst s = if phase == train then wide else narrow\nconst k = match s { wide => 3, narrow => 1 }\n${model}`,
    ],
    ["in an imported file", `use "./b.dm" { k }\n${model}`],
    [
      "in a parameter's default",
      "const j = if phase == train then 3 else 1\nmodel M(k: int = j) on x: f32[N, 8, 8, 4] = x -> conv(4, k = k)",
    ],
  ];
  it.each(cases)("%s", (_title, text) => {
    const program = programOf(text, { "./b.dm": "const k = if phase == train then 3 else 1" });
    expect(kernels(program, "infer")).toEqual([[1, 1]]);
    expect(kernels(program, "train")).toEqual([[3, 3]]);
    const session = newSession();
    for (const phase of ["train", "infer", "train"] as const) {
      const { graph } = elaborate(program, {}, phase, { session });
      expect(graph?.nodes[0]?.params.k).toEqual(phase === "train" ? [3, 3] : [1, 1]);
    }
  });
});

describe("a second question in one session says the same as the first", () => {
  const text = `const k = 1 / 0
model M on x: f32[N, 8] = x -> dense(k)
test "a" { expect k == 1 }
`;
  const program = programOf(text);
  const codes = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code, span }) => `${code} ${span.start}`);
  const session = newSession();
  const questions: readonly (readonly [string, () => readonly Diagnostic[]])[] = [
    ["checkModel", () => checkModel(program, {}, session)],
    ["elaborate", () => elaborate(program, {}, "infer", { session }).diagnostics],
    ["checkProgram", () => checkProgram(program, session)],
    ["summarize", () => summarize(program, {}, session).diagnostics],
    ["explainSizes", () => explainSizes(program, {}, "N", session).diagnostics],
    ["testProgram", () => testProgram(program, session).tests.flatMap(({ diagnostics }) => diagnostics)],
  ];
  it.each([...questions, ...questions])("%s", (_name, ask) => {
    expect(codes(ask())).toEqual(["DM3117 15"]);
  });
});

describe("the order of declarations does not matter", () => {
  const folder = join(root, "tests/errors/cases");
  const read = (path: string, { name }: { readonly name: string }) => {
    const full = resolve(root, dirname(name), path);
    return existsSync(full) ? { name: relative(root, full), text: readFileSync(full, "utf8") } : { error: "" };
  };
  const files = [
    ...readdirSync(folder)
      .filter((name) => name.endsWith(".dm"))
      .map((name) => join(folder, name)),
    ...["specs/hg20.dm", "specs/resnet20.dm", "specs/heads/maskrcnn.dm"].map((name) => join(root, name)),
  ];

  /** What is said, without where: spans move with the text. */
  const said = (text: string, name: string): readonly string[] =>
    checkProgram(loadProgram({ name, text }, read))
      .map(({ code, message }) => `${code} ${message}`)
      .sort();

  /** Names declared twice and weights that are bound twice are told at the second: there, order is what is wrong. */
  const ordered = /^(DM1|DM2002|DM3207 .* blocks in blocks|DM3209|DM8003)/;

  it.each(files.map((file) => relative(root, file)))("%s", (name) => {
    const text = readFileSync(join(root, name), "utf8");
    const { file, diagnostics } = parse({ name, text });
    const own = said(text, name);
    if (diagnostics.length > 0 || own.some((line) => ordered.test(line))) return;
    const first = Math.min(...file.declarations.map(({ span }) => span.start));
    const parts = file.declarations.map(({ span }) => text.slice(span.start, span.end));
    const head = file.uses.map(({ span }) => text.slice(span.start, span.end)).join("\n");
    const version = /^dm \d+/m.exec(text.slice(0, first))?.[0] ?? "";
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        expect(said(`${version}\n${head}\n${shuffled.join("\n\n")}\n`, name)).toEqual(own);
      }),
      { numRuns: 4 },
    );
  });
});

describe("one budget", () => {
  const costly = Array.from({ length: 20 }, (_, i) => `const a${i} = len(each i in 0..1000000 { i + ${i} })`).join(
    "\n",
  );

  it("is spent by all declarations together, and ends at one place", () => {
    const session = newSession();
    const found = checkProgram(programOf(costly), session);
    expect(found.map(({ code }) => code)).toEqual(["DM3209"]);
    expect(session.budget.spent).toBeLessThan(10_001_000);
    expect(checkProgram(programOf(costly), session).map(({ code }) => code)).toEqual(["DM3209"]);
  });

  it("of time ends with a word of its own", () => {
    let now = 0;
    const budget = new Budget({ now: () => (now += 400), seconds: 1 });
    const found = checkProgram(programOf(costly), newSession({ budget }));
    expect(found.map(({ message }) => message)).toEqual(["this takes longer than 1 seconds to evaluate"]);
  });

  it("ends when nobody waits any more, and what was cut short is asked again", () => {
    let isCancelled = true;
    const program = programOf("model M on x: f32[N, 8] = x -> dense(len(each i in 0..10000 { i }))");
    const session = newSession({ budget: new Budget({ isCancelled: () => isCancelled }) });
    expect(checkModel(program, {}, session).map(({ message }) => message)).toEqual([
      "this was stopped before it was evaluated",
    ]);
    isCancelled = false;
    expect(checkModel(program, {}, { ...session, budget: new Budget() })).toEqual([]);
  });
});

it("whoever watches hears what expressions mean", () => {
  const heard: string[] = [];
  const session = newSession({
    watch: ({ span }, value) => heard.push(`${span.source.text.slice(span.start, span.end)}: ${value.kind}`),
  });
  checkModel(programOf("model M on x: f32[N, 8] = x -> dense(2 + 2)"), {}, session);
  expect(heard).toContain("2 + 2: int");
  expect(heard).toContain("x -> dense(2 + 2): tensor");
});

it("nothing in the compiler remembers on its own", () => {
  const files = readdirSync(join(root, "compiler"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => [name, readFileSync(join(root, "compiler", name), "utf8")] as const);
  const mutable =
    /^(?:export )?(?:let |const \w+(?:: (?:Map|Set|Weak\w+)<.*>)? = new (?:Map|Set|Weak\w+)(?:<.*>)?\(\)).*$/gm;
  const kept = files.flatMap(([name, text]) => (text.match(mutable) ?? []).map((line) => `${name}: ${line}`));
  expect(files.length).toBeGreaterThan(100);
  expect(kept).toEqual([]);
});

it("text becomes files in one call, or says what is wrong", () => {
  const read = () => ({ error: "" });
  const emit = (graph: Graph) =>
    emitOnnx(graph, { opset: 18, ir: 8, layout: "nhwc", weights: undefined, metadata: {}, compilerVersion: "0" });
  const text = "dm 1\nmodel M on x: f32[N, 8] = x -> dense(4) -> relu\n";
  const { files, diagnostics } = compile({ name: "a.dm", text }, { read, passes: { fold: false }, emit });
  expect(diagnostics).toEqual([]);
  expect(files && "unsupported" in files).toBe(false);
  const wrong = compile({ name: "a.dm", text: text.replace("relu", "rellu") }, { read, emit });
  expect(wrong.files).toBeUndefined();
  expect(wrong.diagnostics.map(({ code }) => code)).toEqual(["DM2001"]);
});

it("models of a file are told in the session of the caller", () => {
  const session = newSession();
  const program = programOf(
    "table T {\n | key | c |\n | 1 | 4 |\n | 2 | 8 |\n}\nmodel F[r in T] on x: f32[N, 8] = x -> dense(r.c)",
  );
  expect(modelsOf(program, session)).toEqual([{ name: "F", keys: ["1", "2"] }]);
  expect(modelsOf(program, session)).toEqual(modelsOf(program));
});
