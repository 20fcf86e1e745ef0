// Models whose names are Python's own words, PyTorch's attributes, or what the file defines itself. The Python must
// compile, its weights must have one name each, and it must compute what the text says: tests/peers runs the models
// that are written here, and where DEEPMACC_PYTHON names a Python, this test has it compile them.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { elaborate, freshWeights, loadProgram, operators } from "../../compiler/index.ts";
import { moduleAttributes } from "../../compiler/targets/torch/names.ts";
import { sample } from "../../compiler/testing.ts";
import { keywords } from "../../grammar/tokens.ts";
import { torchCase } from "./torch-cases.ts";

const words =
  "half half_ half__ self nn torch F math json sys f l _ __ ___ _x x_x __x __init__ __class__ __debug__ __dict__ forward training parameters modules children type float T_destination class class_ None_ print len super range list int str bool tuple object getattr check_sizes waves example check main pair sequence append_coords max_pool_same pad_same load_weights initialise normal he_normal named partial member steps result output x x_2 x_3 conv_0 async match_ case_ lambda pass del global nonlocal assert yield await raise try finally except is or with_ as_ in_ import_ from_ return_ while_ exec";
const lower = [...words.split(" "), ...moduleAttributes.split(" "), `a${"b".repeat(70)}`, `a${"b".repeat(2000)}`];
const values = [...new Set(lower)].filter(
  (word) => /^[a-z_]/.test(word) && !keywords.has(word) && !(word in operators),
);
/** Blocks and dimensions. */
const capitals =
  "True None False ValueError PARAMETERS SHAPES EXAMPLE F Tensor Path Model Outputs Named NamedTuple Any TYPE_CHECKING OrderedDict Callable SameConv2d Self Unit Unit2 WEIGHTS DTYPES T_destination S List Range Print".split(
    " ",
  );

const different = (pool: readonly string[], count: number) =>
  fc.shuffledSubarray([...pool], { minLength: count, maxLength: count });

/** A model of two blocks; every name in it is drawn. */
const text = fc.tuple(different(values, 14), different(capitals, 3), fc.nat(4)).map(([v, capital, kind]) => {
  const [input, first, second, third, p, q, r, inner, field1, field2, field3, port, path, rest] = v as string[];
  const [one, two, dim] = capital;

  const results = [
    `{ ${field1}: ${third}, ${field2}: ${first}, ${field3}: ${second} -> sigmoid }`,
    `{ ${field1}: ${third} -> relu, ${field2}: ${third} }`,
    `${third}`,
    `{ ${field1}: ${third}, ${field2}: ${second} + ${first} }`,
    `{ ${field1}: ${inner}, ${field2}: ${port} }`,
  ];
  const halves = kind === 4 ? `let (${inner}, ${port}) = ${third} -> conv(6) -> split(2)` : "";
  return `dm 1
## What \\"it\\" is: a block.
block ${one}(${p}: int = 3, ${q}: float = 2, ${r}: int = 1) on ${port}: [.., H, W, C] {
  ## The inner \\\\ one.
  let ${inner} = ${port} -> conv(${p}, k = ${r}) -> scale(${q})
  skip ${rest} = ${inner} -> bn
  return (${inner} + ${rest}) -> conv(${p}, k = 1) as ${path}
}
block ${two}(${q}: int = 3) on ${inner}: [.., H, W, C] = ${inner} -> conv(${q}, k = 1) as ${first} -> relu -> conv(${q}, k = 1) as ${second}
model M on ${input}: f32[N, ${dim}, ${dim}, 3] {
  let ${first} = ${input} -> ${one} -> max_pool(2)
  let ${second} = ${first} -> ${one}(${p} = 3, ${q} = 0.5, ${r} = 3) -> ${two} as ${path}
  let ${third} = (${first}, ${second}) -> concat -> ${two}(${q} = 5) -> ${one}(${r} = 1)
  ${halves}
  return ${results[kind]}
}
`;
});

const files: string[] = [];

it("whatever the names are, weights are one-to-one with paths", () => {
  let count = 0;
  fc.assert(
    fc.property(text, (source) => {
      const program = loadProgram({ name: "hostile.dm", text: source }, () => ({ error: "no such file" }));
      const { graph, diagnostics } = elaborate(program, { model: "M" }, "infer");
      const failures = diagnostics.filter(({ severity }) => severity === "error");
      expect(
        failures.map(({ message }) => message),
        source,
      ).toEqual([]);
      if (!graph) throw new Error(source);
      const dimsOf = graph.inputs[0]?.value.type.dims.map((dim) => (typeof dim === "number" ? dim : 4)) ?? [];
      const feeds = new Map([[graph.inputs[0]?.name ?? "", sample(dimsOf)]]);
      const file = torchCase({
        name: `names/${count}`,
        graph,
        feeds,
        weights: freshWeights(5),
        layout: count++ % 2 ? "nchw" : "nhwc",
      });
      files.push(file.text);
    }),
    { numRuns: 80, seed: 33 },
  );
});

it("values that come together are called as the pattern calls them, or as the operator does", () => {
  const gate = `dm 1
model M on x: f32[N, 8, 8, 4] {
  let (value, gate) = x -> conv(8) -> split(2)
  let parts = gate -> sigmoid -> split(2)
  return { a: value * gate, b: parts[1] }
}
`;
  const { graph } = elaborate(
    loadProgram({ name: "gate.dm", text: gate }, () => ({ error: "no such file" })),
    { model: "M" },
    "infer",
  );
  if (!graph) throw new Error("no graph");
  const { text: python } = torchCase({ name: "names/gate", graph, feeds: new Map([["x", sample([2, 8, 8, 4])]]) });
  expect(python).toContain("value, gate = self.value.conv(x).chunk(2, dim=1)\n");
  expect(python).toContain("_, split = torch.sigmoid(gate).chunk(2, dim=1)\n");
});

/** Everything that Python itself refuses, and every name that a file binds in a scope where it is used otherwise. */
const compiling = `
import json, sys
for text in json.load(sys.stdin):
    try:
        compile(text, "model.py", "exec", dont_inherit=True)
    except SyntaxError as problem:
        print(problem, text.splitlines()[(problem.lineno or 1) - 1])
`;
const python = process.env["DEEPMACC_PYTHON"];

it.skipIf(!python)("Python compiles what was written (set DEEPMACC_PYTHON)", () => {
  expect(files.length).toBeGreaterThan(50);
  const { stdout, stderr } = spawnSync(python ?? "", ["-c", compiling], {
    input: JSON.stringify(files),
    encoding: "utf8",
  });
  expect(stdout + stderr).toBe("");
});
