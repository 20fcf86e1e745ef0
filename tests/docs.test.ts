// Whole programs in the documentation compile and pass their tests; links lead somewhere.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkProgram, loadProgram, testProgram } from "../compiler/index.ts";
import { root } from "./deepmacc.ts";

const pages = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/language.md",
  "docs/operators.md",
  "docs/pytorch.md",
  "docs/architectures.md",
  "docs/tfjs.md",
  "docs/profiles.md",
  "docs/measuring.md",
];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

const programs = pages.flatMap((page) =>
  [...textOf(page).matchAll(/^```dm\n([\s\S]*?)^```$/gm)].map((match, index) => ({
    name: `${page}, program ${index + 1}`,
    text: match[1] ?? "",
  })),
);

describe("programs", () => {
  it.each(programs)("$name", (source) => {
    const program = loadProgram(source, () => ({ error: "programs in the documentation stand alone" }));
    const problems = checkProgram(program).filter(({ severity }) => severity !== "hint");
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
    const { tests } = testProgram(program);
    expect(tests.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))).toEqual([]);
    expect(tests.length).toBeGreaterThan(0);
  });

  it("are there", () => expect(programs.length).toBeGreaterThanOrEqual(3));
});

describe("links", () => {
  it.each(pages)("of %s lead to files and headings", (page) => {
    const text = textOf(page)
      .replace(/^```[\s\S]*?^```$/gm, "")
      .replace(/`[^`\n]*`/g, "");
    const headings = new Set(
      [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
        (match[1] ?? "")
          .toLowerCase()
          .replace(/[^a-z0-9 -]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    for (const [, target = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      if (target.startsWith("#")) expect([...headings]).toContain(target.slice(1));
      else expect(existsSync(join(root, dirname(page), target)), target).toBe(true);
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
