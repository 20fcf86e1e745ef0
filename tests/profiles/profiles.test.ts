// What each profile says, one program per message: the source stands next to the frames. And the table as a
// table: it knows every ONNX operator that is written anywhere.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { elaborate, loadProgram, optimize, type ProfileName, profileNames } from "../../compiler/index.ts";
import { operatorRows } from "../../compiler/targets/onnx/profiles/operators.ts";
import { profilesPage } from "../../compiler/targets/onnx/profiles/page.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import { renderDiagnostics } from "../../report/index.ts";
import { deepmacc, inFolder, root } from "../deepmacc.ts";
import { emit } from "../parity/run-onnx.ts";

const cases = fileURLToPath(new URL("./cases/", import.meta.url));
const programs = readdirSync(cases).filter((name) => name.endsWith(".dm"));

function findings(text: string, profile: ProfileName, options: Parameters<typeof emit>[1] = {}): readonly Diagnostic[] {
  const program = loadProgram({ name: "model.dm", text }, () => ({ error: "no imports" }));
  const { graph, diagnostics } = elaborate(program, {}, "infer");
  if (!graph) throw new Error(renderDiagnostics(diagnostics));
  return emit(optimize(graph, { fold: true }), options).lint(profile);
}

describe("messages", () => {
  it.each(programs)("%s", async (name) => {
    const [code = "", profile = ""] = basename(name, ".dm").split("-");
    const found = findings(readFileSync(join(cases, name), "utf8"), profile as ProfileName);
    expect(found.map((finding) => finding.code)).toContain(code);
    await expect(renderDiagnostics(found)).toMatchFileSnapshot(join(cases, name.replace(".dm", ".txt")));
  });

  it.each(["DM7201", "DM7202", "DM7203", "DM7204"])("%s has a program", (code) =>
    expect(programs.some((name) => name.startsWith(code))).toBe(true),
  );
});

describe("profiles", () => {
  const plain =
    "dm 1\nmodel M on x: f32[1, 8, 8, 4] = x -> conv(8) -> bn -> relu -> upsample(2) -> max_pool -> append_coords -> conv(1)\n";

  it.each(profileNames)("%s has nothing against a plain model with known sizes", (profile) =>
    expect(findings(plain, profile)).toEqual([]),
  );

  it.each(profileNames)("%s has a place to speak of where a model has no node", (profile) =>
    expect(findings("dm 1\nmodel M on x: f32[N, 4, 4, 3] = x\n", profile).every(({ span }) => span.start > 0)).toBe(
      true,
    ),
  );

  it("portable refuses what any other refuses, and keeps to old versions", () => {
    const text = readFileSync(join(cases, "DM7201-coreml.dm"), "utf8");
    const codes = (found: readonly Diagnostic[]) => found.map(({ code, message }) => `${code} ${message}`);
    const refused = codes(findings(text, "coreml").filter(({ severity }) => severity === "error"));
    expect(codes(findings(text, "portable"))).toEqual(expect.arrayContaining(refused));
    expect(findings(plain, "portable", { opset: 21, ir: 10 }).map(({ severity }) => severity)).toEqual([
      "warning",
      "warning",
    ]);
  });

  it("coreml wants weights in the file", () => {
    const [first] = findings(plain, "coreml", { weights: undefined });
    expect(first).toMatchObject({ code: "DM7203", help: ["leave out --no-weights"] });
  });
});

describe("the command line", () => {
  const model = (cwd: string, name: string): string[] => ["build", join(cases, name), "-o", join(cwd, "m.onnx")];

  it("writes nothing that the runtime cannot run, and says where and why", () => {
    inFolder((cwd) => {
      const run = deepmacc([...model(cwd, "DM7201-coreml.dm"), "--profile", "coreml"], { cwd });
      expect(run.exit).toBe(4);
      expect(run.stderr).toContain("error[DM7201]: CoreML cannot run BatchNormalization, which bn is written as");
      expect(run.stderr).toContain("DM7201-coreml.dm:4:19");
      expect(readdirSync(cwd)).toEqual([]);
    });
  });

  it("writes what is slow, and warns", () => {
    inFolder((cwd) => {
      const run = deepmacc([...model(cwd, "DM7202-webgpu.dm"), "--profile", "webgpu", "--json"], { cwd });
      expect(run.exit).toBe(0);
      const { diagnostics } = JSON.parse(run.stdout);
      expect(diagnostics).toMatchObject([{ code: "DM7202", severity: "warning", line: 2 }]);
      expect(readdirSync(cwd)).toEqual(["m.onnx"]);
    });
  });

  it("looks at the integers of quantize", () => {
    inFolder((cwd) => {
      const small = ["--at", "S=8,C=5,N=1", "--with", "nc=4", "--samples", "8"];
      const run = deepmacc(["quantize", "ResNet[4]", ...small, "--profile", "tensorrt"], { cwd });
      expect(run.exit, run.stdout).toBe(4);
      expect(run.stderr).toContain("TensorRT cannot run QuantizeLinear");
      expect(deepmacc(["quantize", "ResNet[4]", ...small, "--profile", "openvino"], { cwd }).exit).toBe(0);
      expect(readdirSync(cwd)).toEqual(["resnet4-int8.onnx"]);
    });
  });

  it("refuses a profile that is not there before it does anything", () => {
    const run = deepmacc(["build", "HG[20]", "--profile", "corml"]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain("did you mean coreml?");
  });
});

it("docs/profiles.md is up to date", async () => {
  await expect(profilesPage()).toMatchFileSnapshot(join(root, "docs/profiles.md"));
});

it("every ONNX operator that is written has a row", () => {
  const files = ["compiler/ops", "compiler/targets/onnx"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes(".test."))
      .map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  const written = files.flatMap((text) =>
    [...text.matchAll(/(?:\bnode\(|\badd\(\w+, |\badd\(|onnxOp: |opType: )\s*"([A-Z]\w+)"/g)].map(
      ([, name]) => name ?? "",
    ),
  );
  expect(new Set(written).size).toBeGreaterThan(25);
  expect(written.filter((name) => operatorRows[name] === undefined)).toEqual([]);
});
