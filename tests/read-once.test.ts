// The text of a model is run twice, once for its sizes and once to build it, whatever is asked and however often; a parameter
// is read where it is given, once each time.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  checkModel,
  checkProgram,
  declaredWeights,
  elaborate,
  explainSizes,
  loadProgram,
  newSession,
  operators,
  type Program,
  type Session,
  summarize,
  testProgram,
} from "../compiler/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string, from: { readonly name: string }) => {
  const full = resolve(root, dirname(from.name), path);
  return { name: full, text: readFileSync(full, "utf8") };
};

/** How often the body of the model ran: its result is named once in the text. */
function counting(marks: RegExp): { readonly session: Session; runs(): number } {
  let count = 0;
  const watch = ({ span }: { readonly span: { source: { text: string }; start: number; end: number } }) => {
    if (marks.test(span.source.text.slice(span.start, span.end))) count++;
  };
  return { session: newSession({ watch }), runs: () => count };
}

const noFiles = { open: () => undefined, shipped: () => [] };

describe("HG[20]", () => {
  const program = loadProgram(read("specs/heads/hourglass.dm", { name: "" }), read);
  const request = { model: "HG", key: "20", at: { S: 32, C: 50 }, with: "nc = 4" };
  const build = (session: Session) => {
    const { graph } = elaborate(program, request, "infer", { session });
    if (graph) declaredWeights(program, graph, noFiles, session);
  };
  const questions: readonly (readonly [string, number, (session: Session) => void])[] = [
    ["check", 1, (session) => checkModel(program, request, session)],
    ["build", 2, build],
    ["info", 2, (session) => summarize(program, request, session)],
    ["explain", 2, (session) => explainSizes(program, { model: "HG", key: "20" }, "S", session)],
    [
      "all of them",
      4,
      (session) => {
        checkModel(program, request, session);
        build(session);
        summarize(program, request, session);
        explainSizes(program, { model: "HG", key: "20" }, "S", session);
      },
    ],
  ];
  it.each(questions)("%s", (_name, runs, ask) => {
    const counted = counting(/^trunk -> conv\(1, k = 1\)$/);
    ask(counted.session);
    expect(counted.runs()).toBe(runs);
  });
});

describe("a parameter", () => {
  const program: Program = loadProgram(
    { name: "a.dm", text: 'dm 1\nmodel M on x: f32[N, 8, 8, 4] = x -> conv(6)\ntest "a" { expect M.params == 222 }\n' },
    () => ({ error: "" }),
  );

  function reads(ask: () => void): number {
    const param = operators.conv.params.c as { min: number };
    const { min } = param;
    let count = 0;
    Object.defineProperty(param, "min", {
      configurable: true,
      get: () => {
        count++;
        return min;
      },
    });
    try {
      ask();
    } finally {
      Object.defineProperty(param, "min", { configurable: true, value: min });
    }
    return count;
  }

  it("is read once for sizes and once to build", () => {
    expect(reads(() => checkProgram(program))).toBe(1);
    expect(reads(() => elaborate(program, {}, "infer"))).toBe(2);
    expect(reads(() => summarize(program, {}))).toBe(2);
    expect(reads(() => testProgram(program))).toBe(2);
  });
});

it("a condition of `where` is evaluated once", () => {
  const program = loadProgram(
    { name: "a.dm", text: "dm 1\nmodel M on x: f32[N, S, S, 4] where S % 4 == 0 = x -> max_pool(4)\n" },
    () => ({ error: "" }),
  );
  const counted = counting(/^S % 4$/);
  checkModel(program, {}, counted.session);
  expect(counted.runs()).toBe(1);
});
