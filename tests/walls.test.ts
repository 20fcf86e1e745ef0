// The house is as `house.ts` says: every import goes to a room that may be imported, and no files import each
// other in a circle but those of the evaluator. The broken imports below prove that a wall would be seen.
import { readdirSync, readFileSync } from "node:fs";
import { posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { circles, importsOf, rooms, violation } from "./house.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const folders = [...new Set(rooms.map(({ folder }) => folder.split("/")[0]))];
const files = folders
  .flatMap((folder = "") =>
    readdirSync(root + folder, { recursive: true, encoding: "utf8" }).map((file) =>
      posix.join(folder, ...file.split(sep)),
    ),
  )
  .filter((file) => file.endsWith(".ts"))
  .filter((file) => !file.endsWith(".test.ts") && !file.endsWith("testing.ts"));
const imports = new Map(files.map((file) => [file, importsOf(file, readFileSync(`${root}${file}`, "utf8"))]));

describe("the house", () => {
  it("has files to look at", () => {
    expect(files.length).toBeGreaterThan(300);
    expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  });
  it("keeps its walls", () => {
    const broken = [...imports].flatMap(([file, imported]) => imported.flatMap((each) => violation(file, each) ?? []));
    expect(broken).toEqual([]);
  });
  it("has no circle of files but in the evaluator", () => {
    expect(circles(imports)).toEqual([]);
  });
  it("lists each room below all that it imports", () => {
    const above = new Set<string>();
    for (const { folder, imports: wanted } of rooms) {
      expect(wanted.filter((room) => !above.has(room))).toEqual([]);
      above.add(folder);
    }
  });
});

const broken: readonly (readonly [file: string, imported: string])[] = [
  ["grammar/lex.ts", "compiler/index.ts"],
  ["grammar/rules/statements.ts", "compiler/index.ts"],
  ["checkpoints/safetensors/read.ts", "compiler/index.ts"],
  ["compiler/compile.ts", "checkpoints/source.ts"],
  ["compiler/compile.ts", "vision/masks/iou.ts"],
  ["vision/masks/iou.ts", "compiler/index.ts"],
  ["compiler/compile.ts", "grammar/tree.ts"],
  ["compiler/compile.ts", "cli/main.ts"],
  ["compiler/compile.ts", "runtime/index.ts"],
  ["compiler/check/text/reach.ts", "compiler/check/values/value.ts"],
  ["compiler/check/values/value.ts", "compiler/check/state/context.ts"],
  ["compiler/check/state/context.ts", "compiler/check/evaluate/names.ts"],
  ["compiler/check/evaluate/names.ts", "compiler/check/models/elaborate.ts"],
  ["compiler/check/evaluate/names.ts", "compiler/passes/index.ts"],
  ["compiler/check/text/static/static.ts", "compiler/targets/onnx/index.ts"],
  ["compiler/ir/graph.ts", "compiler/ops/index.ts"],
  ["compiler/sizes/dim/dim.ts", "compiler/ir/graph.ts"],
  ["compiler/ops/layers/conv.ts", "compiler/check/values/value.ts"],
  ["compiler/ops/layers/conv.ts", "compiler/targets/onnx/wire.ts"],
  ["compiler/ops/kit/window.ts", "compiler/ops/layers/conv.ts"],
  ["compiler/ops/layers/conv.ts", "compiler/ops/pooling/pooling.ts"],
  ["compiler/passes/dead-code.ts", "compiler/check/state/context.ts"],
  ["compiler/passes/dead-code.ts", "compiler/targets/onnx/index.ts"],
  ["compiler/targets/onnx/lower.ts", "compiler/targets/torch/index.ts"],
  ["compiler/targets/onnx/quantize/plan.ts", "compiler/passes/index.ts"],
  ["compiler/targets/tfjs/lower.ts", "tfjs/index.ts"],
  ["compiler/weights/bind.ts", "compiler/targets/onnx/wire.ts"],
  ["compiler/weights/bind.ts", "checkpoints/source.ts"],
  ["compiler/weights/bind.ts", "compiler/compile.ts"],
  ["tfjs/layer.ts", "compiler/index.ts"],
  ["runtime/engine.ts", "grammar/index.ts"],
  ["runtime/engine.ts", "compiler/index.ts"],
  ["runtime/engines/tfjs.ts", "tfjs/layer.ts"],
  ["cli/check.ts", "compiler/ir/graph.ts"],
  ["cli/check.ts", "grammar/span.ts"],
  ["cli/check.ts", "report/columns.ts"],
  ["report/diagnostics.ts", "cli/paint.ts"],
  ["report/diagnostics.ts", "grammar/span.ts"],
  ["report/diagnostics.ts", "runtime/index.ts"],
  ["lab/trial.ts", "cli/paint.ts"],
  ["runtime/engine.ts", "report/index.ts"],
  ["compiler/compile.ts", "report/index.ts"],
  ["compiler/compile.ts", "tests/house.ts"],
];

describe("a wall is seen", () => {
  it.each(broken)("%s importing %s", (file, imported) => {
    expect(violation(file, imported)).toBeDefined();
  });
  it("in types and in lazy imports as well", () => {
    const text = 'import type { A } from "../cli/a.ts";\nexport { b } from "./b.ts";\nconst c = import("./c.ts");\n';
    expect(importsOf("compiler/x.ts", text)).toEqual(["cli/a.ts", "compiler/b.ts", "compiler/c.ts"]);
  });
  it("where files import each other in a circle", () => {
    const circle = new Map([
      ["compiler/a.ts", ["compiler/b.ts"]],
      ["compiler/b.ts", ["compiler/c.ts"]],
      ["compiler/c.ts", ["compiler/a.ts"]],
      ["compiler/check/evaluate/a.ts", ["compiler/check/evaluate/b.ts"]],
      ["compiler/check/evaluate/b.ts", ["compiler/check/evaluate/a.ts"]],
    ]);
    expect(circles(circle).map((files) => [...files].sort())).toEqual([
      ["compiler/a.ts", "compiler/b.ts", "compiler/c.ts"],
    ]);
  });
});
