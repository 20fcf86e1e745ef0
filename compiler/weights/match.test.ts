// What rules make of names: each form of a pattern, order, recursion; and that no rules take long.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, print } from "../../grammar/index.ts";
import { checkProgram } from "../check/models/check.ts";
import { loadProgram } from "../check/text/program.ts";
import { stepsOfName } from "../check/text/rules/patterns.ts";
import type { Weight } from "../ir/graph.ts";
import { matcherOf, ruleSetOf, TooManySteps } from "./match.ts";
import { pathTree } from "./tree.ts";

const weight = (path: string): Weight => ({
  path,
  axes: "C",
  dims: [1],
  initialiser: { kind: "constant", value: 0 },
  trainable: true,
});

/** The paths that `name` may stand for under the mapping Top of a text. */
function follow(text: string, name: string, paths: readonly string[]): string[] {
  const program = loadProgram({ name: "t.dm", text }, () => ({ error: "no files" }));
  expect(checkProgram(program).filter(({ severity }) => severity === "error")).toEqual([]);
  const top = program.entry.declarations.get("Top");
  if (top?.kind !== "mapping") throw new Error("no mapping Top");
  const matcher = matcherOf(ruleSetOf(top.rules, program.entry), pathTree(paths.map(weight)));
  return matcher.follow(stepsOfName(name)).flatMap((node) => node.weight?.path ?? []);
}

const rule = (from: string, to: string): string => `mapping Top { "${from}" => "${to}" }`;

describe("a pattern", () => {
  it.each([
    ["text", "a/b", "c", "a/b", "c"],
    ["one step", "a/*/k", "b/*", "a/x/k", "b/x"],
    ["two single steps, by position", "*/*", "*/z/*", "p/q", "p/z/q"],
    ["any steps, none", "a/**/k", "b/**/k", "a/k", "b/k"],
    ["any steps, several", "a/**/k", "b/**/k", "a/x/y/z/k", "b/x/y/z/k"],
    ["any steps left out", "**/k", "k", "x/y/k", "k"],
    ["two stretches, the earlier one as short as can be", "**/m/**", "**/n/**", "a/m/b/m/c", "a/n/b/m/c"],
    ["a capture of one step", "a/{i}/k", "{i}/{i}", "a/7/k", "7/7"],
    ["a capture of a part", "layer_{i}_conv", "conv/{i}", "layer_top_conv", "conv/top"],
    ["a capture that comes twice", "{i}/{i}", "{i}", "a/a", "a"],
    ["a whole number that is solved for", "l-{5 * b + 1}", "{b}", "l-11", "2"],
    ["a number of zero", "l-{5 * b + 1}", "{b}", "l-1", "0"],
    ["sums on the right", "l-{i}", "{2 * i + 3}", "l-4", "11"],
    ["differences", "l-{i - 1}", "{i + 1}/{i - 2}", "l-5", "7/4"],
    ["several numbers", "{i}/{j}", "{3 * i + j}", "2/1", "7"],
  ])("%s", (_title, from, to, name, path) => {
    expect(follow(rule(from, to), name, [path])).toEqual([path]);
  });

  it.each([
    ["text", "a/b", "c", "a/x", "c"],
    ["a longer name", "a", "c", "a/b", "c"],
    ["a number between the solutions", "l-{5 * b + 1}", "{b}", "l-12", "2"],
    ["a number below the first", "l-{5 * b + 10}", "{b}", "l-5", "0"],
    ["zeros in front", "l-{2 * b}", "{b}", "l-04", "2"],
    ["a capture that differs", "{i}/{i}", "{i}", "a/b", "a"],
    ["no number", "l-{i}", "{i + 1}", "l-x", "1"],
    ["a result below zero", "l-{i}", "{i - 5}", "l-1", "0"],
    ["a part without text", "a_{i}_b", "{i}", "a__b", ""],
  ])("does not match %s", (_title, from, to, name, path) => {
    expect(follow(rule(from, to), name, [path])).toEqual([]);
  });

  it("answers weights only", () => expect(follow(rule("a", "b"), "a", ["b/c"])).toEqual([]));
});

describe("rules", () => {
  it("are tried in order", () => {
    const text = `mapping Top { "a/*" => "first/*" "a/*" => "second/*" "**" => "all/**" }`;
    const paths = ["all/a/k", "second/k", "first/k"];
    expect(follow(text, "a/k", paths)).toEqual(["first/k", "second/k", "all/a/k"]);
    expect(follow(text, "a/k", ["second/k"])).toEqual(["second/k"]);
  });

  it("recurse", () => {
    const text = `
      mapping Unit { "conv/*" => "c/*" }
      mapping Level { "inner/0/<Level>" => "low/<Level>" "end/{i}/<Unit>" => "end/{i + 1}/<Unit>" }
      mapping Top { "net/<Level>" => "<Level>" }`;
    expect(follow(text, "net/inner/0/inner/0/end/2/conv/k", ["low/low/end/3/c/k"])).toEqual(["low/low/end/3/c/k"]);
  });

  it("keep captures to themselves", () => {
    const text = `
      mapping In { "{i}" => "{i}" }
      mapping Top { "{i}/<In>" => "<In>/{i}" }`;
    expect(follow(text, "a/b", ["b/a"])).toEqual(["b/a"]);
  });

  it("may put mapped stretches in another order, and use one mapping twice", () => {
    const text = `
      mapping A { "a" => "x" "b" => "y" }
      mapping Top { "<A>/m/<A>" => "<A>/<A>" }`;
    expect(follow(text, "a/m/b", ["x/y"])).toEqual(["x/y"]);
  });

  it("come from imported mappings, under their local name", () => {
    const files = new Map([["lib.dm", `mapping Unit { "conv/<Leaf>" => "c/<Leaf>" } mapping Leaf { "*" => "*" }`]]);
    const text = `use "./lib.dm" { Unit as U } mapping Top { "<U>" => "<U>" }`;
    const program = loadProgram({ name: "t.dm", text }, (path) => ({
      name: path,
      text: files.get(path.slice(2)) ?? "",
    }));
    const top = program.entry.declarations.get("Top");
    const matcher = matcherOf(
      ruleSetOf(top?.kind === "mapping" ? top.rules : [], program.entry),
      pathTree([weight("c/k")]),
    );
    expect(matcher.follow(stepsOfName("conv/k"))[0]?.weight?.path).toBe("c/k");
  });
});

it("what a rule aims at is told where it leads to no weight", () => {
  const text = `mapping Unit { "conv/{i}" => "c/{i + 1}" } mapping Top { "net/**/<Unit>" => "<Unit>/**" }`;
  const program = loadProgram({ name: "t.dm", text }, () => ({ error: "" }));
  const top = program.entry.declarations.get("Top");
  const matcher = matcherOf(ruleSetOf(top?.kind === "mapping" ? top.rules : [], program.entry), pathTree([]));
  expect(matcher.aim(stepsOfName("net/a/b/conv/2"))).toBe("c/3/a/b");
  expect(matcher.aim(stepsOfName("net/a/b/cnv/2"))).toBeUndefined();
});

describe("hostile rules", () => {
  const deep = Array.from({ length: 60 }, () => "a").join("/");

  it("with two ways at every step are no trouble", () => {
    const text = `mapping Top { "a/<Top>" => "a/<Top>" "a/<Top>" => "b/<Top>" "a" => "a" }`;
    expect(follow(text, deep, [deep])).toEqual([deep]);
  });

  it("end, whatever they are", () => {
    const step = fc.constantFrom("a", "*", "**", "<A>", "<B>", "{i}", "{2 * i}", "b");
    const path = fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => steps.join("/"));
    const rules = fc.array(fc.tuple(path, path), { minLength: 1, maxLength: 4 });
    const texts = ([a, b, top]: readonly (readonly (readonly [string, string])[])[]): string =>
      [
        ["A", a],
        ["B", b],
        ["Top", top],
      ]
        .map(
          ([name, list]) =>
            `mapping ${name} { ${(list as [string, string][]).map(([l, r]) => `"${l}" => "${r}"`).join(" ")} }`,
        )
        .join("\n");
    fc.assert(
      fc.property(fc.array(rules, { minLength: 3, maxLength: 3 }), (three) => {
        const program = loadProgram({ name: "t.dm", text: texts(three) }, () => ({ error: "" }));
        const top = program.entry.declarations.get("Top");
        const matcher = matcherOf(
          ruleSetOf(top?.kind === "mapping" ? top.rules : [], program.entry),
          pathTree([weight(deep)]),
        );
        try {
          matcher.aim(stepsOfName(deep));
          return matcher.follow(stepsOfName(deep)).every((node) => node.id >= 0);
        } catch (problem) {
          return problem instanceof TooManySteps;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a mapping", () => {
  it("prints as it was parsed", () => {
    const text =
      'dm 1\n\n## A layer.\nmapping Layer {\n  "l-{2 * i + 1}/<Layer>" => "chain/{i}/<Layer>"\n  "**" => "**"\n}\n';
    const { file, diagnostics } = parse({ name: "t.dm", text });
    expect(diagnostics).toEqual([]);
    expect(print(file)).toBe(text);
  });

  it("is a word that labels may still use", () => {
    const text = "const a = { mapping: 1 }.mapping";
    expect(parse({ name: "t.dm", text }).diagnostics).toEqual([]);
  });
});
