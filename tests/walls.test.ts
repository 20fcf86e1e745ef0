// The walls between rooms are only as good as the linter that holds them: each broken import below
// must be reported, and each allowed one must not. One run of the linter over a small copy of the house.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

const broken: readonly (readonly [file: string, imported: string])[] = [
  ["grammar/to-text.ts", "../compiler/index.ts"],
  ["grammar/to-text.ts", "node:fs"],
  ["grammar/to-text.ts", "fs"],
  ["grammar/tree/walk.ts", "../../compiler/index.ts"],
  ["checkpoints/source.ts", "../grammar/index.ts"],
  ["checkpoints/source.ts", "node:fs"],
  ["checkpoints/safetensors/read.ts", "../../compiler/index.ts"],
  ["compiler/compile.ts", "../checkpoints/source.ts"],
  ["compiler/check/names.ts", "../../checkpoints/index.ts"],
  ["compiler/check/names.ts", "../weights/bind.ts"],
  ["compiler/ir/dim.ts", "../../checkpoints/index.ts"],
  ["compiler/weights/bind.ts", "../targets/onnx/wire.ts"],
  ["compiler/weights/bind.ts", "../../checkpoints/source.ts"],
  ["compiler/weights/bind.ts", "../compile.ts"],
  ["runtime/engine.ts", "../checkpoints/source.ts"],
  ["cli/check.ts", "../checkpoints/source.ts"],
  ["compiler/compile.ts", "../runtime/index.ts"],
  ["compiler/compile.ts", "../grammar/tree.ts"],
  ["compiler/compile.ts", "../cli/main.ts"],
  ["compiler/compile.ts", "node:path"],
  ["compiler/ir/dim.ts", "../ops/index.ts"],
  ["compiler/ir/dim.ts", "../check/index.ts"],
  ["compiler/ops/conv.ts", "../check/scope.ts"],
  ["compiler/ops/conv.ts", "../targets/onnx/wire.ts"],
  ["compiler/check/names.ts", "../passes/index.ts"],
  ["compiler/check/names.ts", "../targets/onnx/index.ts"],
  ["compiler/check/names.ts", "../compile.ts"],
  ["compiler/passes/dead-code.ts", "../check/scope.ts"],
  ["compiler/passes/dead-code.ts", "../targets/onnx/index.ts"],
  ["compiler/targets/onnx/lower.ts", "../../check/scope.ts"],
  ["compiler/targets/onnx/lower.ts", "../../passes/index.ts"],
  ["compiler/targets/onnx/lower.ts", "../torch/index.ts"],
  ["compiler/targets/onnx/lower.ts", "node:buffer"],
  ["compiler/ops/conv.ts", "../../tfjs/index.ts"],
  ["compiler/targets/tfjs/lower.ts", "../onnx/index.ts"],
  ["compiler/targets/tfjs/lower.ts", "../../../tfjs/index.ts"],
  ["tfjs/layer.ts", "../compiler/index.ts"],
  ["tfjs/layer.ts", "../runtime/index.ts"],
  ["tfjs/layer.ts", "node:fs"],
  ["runtime/engines/tfjs.ts", "../../tfjs/layer.ts"],
  ["runtime/engines/tfjs.ts", "../../compiler/index.ts"],
  ["compiler/targets/torch/scopes.ts", "../onnx/index.ts"],
  ["compiler/targets/onnx/quantize/plan.ts", "../../torch/index.ts"],
  ["compiler/targets/onnx/quantize/plan.ts", "../../../passes/index.ts"],
  ["runtime/engine.ts", "../grammar/index.ts"],
  ["runtime/engine.ts", "../compiler/index.ts"],
  ["cli/check.ts", "../compiler/ir/dim.ts"],
  ["cli/check.ts", "../grammar/span.ts"],
  ["cli/check.ts", "../report/columns.ts"],
  ["report/diagnostics.ts", "../cli/paint.ts"],
  ["report/diagnostics.ts", "../grammar/span.ts"],
  ["report/diagnostics.ts", "../runtime/index.ts"],
  ["report/diagnostics.ts", "node:fs"],
  ["runtime/engine.ts", "../report/index.ts"],
  ["compiler/compile.ts", "../report/index.ts"],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ["grammar/tree/walk.ts", "../span.ts"],
  ["checkpoints/safetensors/read.ts", "../source.ts"],
  ["compiler/compile.ts", "../checkpoints/index.ts"],
  ["compiler/weights/bind.ts", "../../checkpoints/index.ts"],
  ["compiler/weights/bind.ts", "../check/names.ts"],
  ["runtime/engine.ts", "../checkpoints/index.ts"],
  ["cli/check.ts", "../checkpoints/index.ts"],
  ["compiler/compile.ts", "../grammar/index.ts"],
  ["compiler/compile.ts", "./passes/index.ts"],
  ["compiler/ir/dim.ts", "../../grammar/index.ts"],
  ["compiler/ops/conv.ts", "../ir/dim.ts"],
  ["compiler/ops/conv.ts", "../messages.ts"],
  ["compiler/check/names.ts", "../ops/index.ts"],
  ["compiler/targets/onnx/quantize/plan.ts", "../program.ts"],
  ["compiler/targets/onnx/quantize/plan.ts", "../../../ir/dim.ts"],
  ["compiler/passes/dead-code.ts", "../ir/graph.ts"],
  ["compiler/targets/onnx/lower.ts", "../../ops/index.ts"],
  ["compiler/targets/onnx/lower.ts", "./wire.ts"],
  ["tfjs/layer.ts", "./sizes.ts"],
  ["tfjs/entry.ts", "@tensorflow/tfjs"],
  ["runtime/engine.ts", "node:fs"],
  ["runtime/engines/tfjs.ts", "../../tfjs/index.ts"],
  ["cli/check.ts", "../compiler/index.ts"],
  ["cli/check.ts", "../report/index.ts"],
  ["report/summary.ts", "../compiler/index.ts"],
  ["report/diagnostics.ts", "../grammar/index.ts"],
  ["cli/check.ts", "node:fs"],
  ["compiler/ops/conv.test.ts", "../check/index.ts"],
];

/** Each case is a file of its own, so that a report names its case. */
const fileOf = (file: string, index: number): string => file.replace(/([^/]+?)((?:\.test)?\.ts)$/, `$1-${index}$2`);

let house = "";
let reported: readonly string[] = [];

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "deepmacc-walls-"));
  cpSync(join(root, "biome.json"), join(house, "biome.json"));
  for (const [index, [file, imported]] of [...broken, ...allowed].entries()) {
    const path = join(house, fileOf(file, index));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import { thing } from "${imported}";\n\nexport const used = thing;\n`);
  }
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "lint", "--reporter=github", "--max-diagnostics=none", "."], {
    cwd: house,
    encoding: "utf8",
  });
  const walls = `${run.stdout}${run.stderr}`
    .split("\n")
    .filter((line) => /noRestrictedImports|noNodejsModules/.test(line));
  reported = walls.map((line) => /file=([^,]+)/.exec(line)?.[1] ?? "");
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

const isReported = (path: string): boolean => reported.some((file) => file.endsWith(path));

describe("the linter reports", () => {
  it.each(broken.map(([file, imported], index) => [file, imported, fileOf(file, index)]))(
    "%s importing %s",
    (_file, _imported, path) => {
      expect(isReported(path)).toBe(true);
    },
  );
});

describe("the linter accepts", () => {
  it.each(allowed.map(([file, imported], index) => [file, imported, fileOf(file, broken.length + index)]))(
    "%s importing %s",
    (_file, _imported, path) => {
      expect(isReported(path)).toBe(false);
    },
  );
});
