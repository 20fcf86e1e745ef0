// Whole programs in the documentation compile and pass their tests; links lead somewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { functionNames } from "../compiler/check/text/vocabulary.ts";
import { checkProgram, elaborate, loadProgram, testProgram } from "../compiler/index.ts";
import { operators } from "../compiler/ops/index.ts";
import { root } from "./deepmacc.ts";

const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

const alone = () => ({ error: "programs in the documentation stand alone" });

const programsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^```dm\n([\s\S]*?)^```$/gm)].map(([, program = ""]) => program);
const programs = pages.flatMap((page) =>
  programsOf(textOf(page)).map((text, index) => ({ name: `${page}, program ${index + 1}`, text })),
);

const codesIn = (text: string): readonly string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
/** The rows of the tables below a heading, as cells. */
function rowsBelow(page: string, heading: string): readonly (readonly string[])[] {
  const section =
    textOf(page)
      .split(/^#+ /m)
      .find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(1).map((line) =>
    line
      .slice(2)
      .split(/ ?\| ?/)
      .map((cell) => cell.trim()),
  );
}

describe("programs", () => {
  it.each(programs)("$name", (source) => {
    const program = loadProgram(source, alone);
    const problems = checkProgram(program).filter(({ severity }) => severity !== "hint");
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    const { tests } = testProgram(program);
    expect(tests.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))).toEqual([]);
    expect(tests.length).toBeGreaterThan(0);
  });

  it("are there", () => expect(programs.length).toBeGreaterThanOrEqual(3));
});

describe("docs/language.md", () => {
  it("lists the paths that its example has", () => {
    const [, section = ""] = textOf("docs/language.md").split(/^## Paths$/m);
    const [text = ""] = programsOf(section);
    const { graph } = elaborate(loadProgram({ name: "paths.dm", text }, alone), { model: "Net" }, "infer");
    const weights = graph?.nodes.flatMap((node) => Object.values(node.weights).map(({ path }) => path)) ?? [];
    const kernels = weights.filter((path) => path.endsWith("/kernel"));
    expect(kernels.length).toBeGreaterThan(0);
    expect(rowsBelow("docs/language.md", "Paths").flatMap(([path = ""]) => codesIn(path))).toEqual(kernels);
  });

  it("has every function", () => {
    const documented = rowsBelow("docs/language.md", "Values").flatMap(([call = ""]) =>
      codesIn(call).flatMap((code) => /^(\w+)\(/.exec(code)?.[1] ?? []),
    );
    expect(documented.sort()).toEqual([...functionNames].sort());
  });
});

// The middle column of "what is called … there": every piece of code is put behind a map, or stands for itself.
describe.each([
  ["docs/from-pytorch.md", "Modules and functions"],
  ["docs/from-keras.md", "Layers"],
])("%s", (page, heading) => {
  const codes = [...new Set(rowsBelow(page, heading).flatMap(([, here = ""]) => codesIn(here)))];

  it.each(codes)("%s", (code) => {
    const flow = /\b[xy]\b/.test(code) ? code : `x -> ${code}`;
    const ports = /\by\b/.test(code) ? "(x: f32[N, 32, 16, 8], y: f32[N, 32, 16, 8])" : "x: f32[N, 32, 16, 8]";
    const text = flow.includes("flatten ->") ? flow.replace("x ->", "x -> slice(to = 4) ->") : flow;
    const program = loadProgram({ name: code, text: `dm 1\nmodel M on ${ports} = ${text}\n` }, alone);
    expect(checkProgram(program).map(({ message }) => message)).toEqual([]);
  });

  it("has a word for every operator, or says that there is none", () => {
    const words = new Set(codesIn(textOf(page)).flatMap((code) => code.match(/[a-z][a-z0-9_]*/g) ?? []));
    expect(Object.keys(operators).filter((name) => !words.has(name))).toEqual([]);
  });
});

it("docs/not-here.md names no operator that is there", () => {
  const missing = rowsBelow("docs/not-here.md", "Operators").flatMap(([what = ""]) => codesIn(what));
  expect(missing.length).toBeGreaterThan(20);
  expect(missing.filter((name) => Object.hasOwn(operators, name))).toEqual([]);
});

describe("links", () => {
  const proseOf = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```$/gm, "");
  const anchorsOf = (page: string): readonly string[] =>
    [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^a-z0-9 _-]/g, "")
        .replaceAll(" ", "-"),
    );

  it.each(pages)("of %s lead to files and headings", (page) => {
    for (const [, target = ""] of proseOf(page)
      .replace(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file, anchor] = target.split("#") as [string, string?];
      const path = file === "" ? page : join(dirname(page), file);
      expect(existsSync(join(root, path)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(path), target).toContain(anchor);
    }
  });
});

it("the README's table is what the compiler says", () => {
  const rows = [
    ...textOf("README.md").matchAll(
      /^\| `(ResNet|HG|BottleneckQuarter)\[(\d+)\]` \| (\d+) \| ([\d,]+) \| ([\d.]+) G \| (\d+) \| (.*) \|$/gm,
    ),
  ];
  expect(rows.length).toBe(8);
  const read = (path: string, from: { readonly name: string }) => {
    const name = join(dirname(from.name), path);
    return { name, text: readFileSync(name, "utf8") };
  };
  for (const [, model = "", key = "", depth, params = "", macs, rf, rule] of rows) {
    const file = { HG: "hourglass", ResNet: "resnet", BottleneckQuarter: "bottleneck" }[model] ?? "";
    const name = join(root, "specs/heads", `${file}.dm`);
    const text = readFileSync(name, "utf8").replace(/^test [\s\S]*/m, "");
    const wanted = `${text}\ntest "row" {
  let m = ${model}[${key}] at (S = 32, C = 50)
  expect m.depth == ${depth}
  expect m.params == ${params.replaceAll(",", "")}
  expect m.macs ~= ${macs}G
  expect m.rf == ${rf}
  expect (${model}[${key}] at (C = 50)).requires == "${rule === "every S" ? "" : rule}"
}\n`;
    const { tests } = testProgram(loadProgram({ name, text: wanted }, read));
    expect(
      tests.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => `${model}[${key}]: ${message}`)),
    ).toEqual([]);
  }
});
