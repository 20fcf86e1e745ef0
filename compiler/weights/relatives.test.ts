// Which model a file belongs to: wholes before parts, and what a near one differs in.
import { expect, it } from "vitest";
import {
  type Checkpoint,
  isProblem,
  memorySource,
  openSafetensors,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import { joined } from "../../checkpoints/testing.ts";
import { loadProgram } from "../check/text/program.ts";
import { elaborate } from "../compile.ts";
import { type Naming, ownPaths } from "./bind.ts";
import { ruleSetOf } from "./match.ts";
import { fitTitle, fittingModel } from "./relatives.ts";

function fileOf(shapes: Readonly<Record<string, readonly number[]>>): Checkpoint {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const bytes = new Uint8Array(4 * shape.reduce((a, b) => a * b, 1));
    return { name, dtype: "F32" as const, shape, content: () => [bytes] };
  });
  const checkpoint = openSafetensors(memorySource(joined(writeSafetensors(tensors, {}).chunks())));
  if (isProblem(checkpoint)) throw new Error(checkpoint.problem);
  return checkpoint;
}

const relative = (title: string, body: string) => {
  const text = `dm 1\nmodel M on x: f32[N, 2] = x -> ${body}\n`;
  const program = loadProgram({ name: "t.dm", text }, () => ({ error: "no files" }));
  return { title, graph: () => elaborate(program, { model: "M" }, "infer").graph };
};

it("a whole that differs in a few shapes says more than a part that is the same", () => {
  const file = fileOf({ "a/kernel": [2, 4], "b/kernel": [4, 4], "c/kernel": [4, 3] });
  const dense = (name: string, c: number) => `dense(${c}, bias = false) as ${name}`;
  const part = relative("Part", dense("a", 4));
  const whole = relative("Whole", `${dense("a", 4)} -> ${dense("b", 4)} -> ${dense("c", 5)}`);
  const fit = fittingModel(file, [ownPaths], [part, whole]);
  expect(fit && fitTitle(fit)).toBe("Whole but for c/kernel ([4, 3] in place of [4, 5])");
});

it("rules are followed once for all models, along all ways that they leave open", () => {
  const text = 'dm 1\nmapping R {\n  "m/*" => "a/*"\n  "m/*" => "b/*"\n}\n';
  const program = loadProgram({ name: "r.dm", text }, () => ({ error: "no files" }));
  const [mapping] = program.entry.file.declarations;
  if (mapping?.kind !== "mapping") throw new Error("no mapping");
  const named: Naming = { kind: "rules", title: "R", rules: ruleSetOf(mapping.rules, program.entry) };
  let looks = 0;
  const rules: Naming = {
    ...named,
    rules: {
      ...named.rules,
      get rules() {
        looks++;
        return named.rules.rules;
      },
    },
  };
  const file = fileOf({ "m/kernel": [2, 5], "m/bias": [5] });
  const others = Array.from({ length: 20 }, (_, i) => relative(`Other${i}`, `dense(4) as c${i}`));
  const fit = fittingModel(file, [rules], [...others, relative("Mine", "dense(5) as b")]);
  expect(fit && fitTitle(fit)).toBe("Mine");
  expect(looks).toBeLessThan(10);
});
