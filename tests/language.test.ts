// The language against itself: every `expect` of tests/language and of the shipped specs holds.

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkProgram, elaborate, testProgram } from "../compiler/index.ts";
import { renderDiagnostics } from "../report/index.ts";
import { backboneFiles, headFiles, specProgram } from "./specs.ts";

const inFolder = (folder: string) =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .filter((name) => name.endsWith(".dm"))
    .map((name) => `${folder}/${name}`);
const files = [
  ...inFolder("tests/language"),
  ...inFolder("specs"),
  ...headFiles,
  ...backboneFiles,
  ...inFolder("specs/detectors"),
  "tests/errors/errors.dm",
];

describe.each(files)("%s", (path) => {
  const report = testProgram(specProgram(path));
  it("has no mistakes of its own", () => expect(renderDiagnostics(report.diagnostics)).toBe(""));
  for (const { title, diagnostics, expectations } of report.tests) {
    it(title, () => {
      expect(renderDiagnostics(diagnostics)).toBe("");
      expect(expectations).toBeGreaterThan(0);
    });
  }
});

it.each(files.filter((path) => path.startsWith("specs/")))("%s checks without a warning", (path) => {
  expect(renderDiagnostics(checkProgram(specProgram(path)))).toBe("");
});

describe("weight paths", () => {
  const paths = (file: string, model: string, key?: string) => {
    const request = key === undefined ? { model } : { model, key };
    const graph = elaborate(specProgram(file), request, "train", { weights: false }).graph;
    return [...new Set(graph?.nodes.flatMap((node) => Object.values(node.weights).map((weight) => weight.path)))];
  };

  it("take their segments from statements, then from blocks", async () => {
    await expect(`${paths("specs/heads/hourglass.dm", "HG", "20").join("\n")}\n`).toMatchFileSnapshot(
      "golden/hg20-weights.txt",
    );
  });
  it("are those of the first use in a shared block", () => {
    expect(paths("tests/language/phases.dm", "Shared")).toEqual(["f/conv/kernel", "f/conv/bias"]);
  });
  it("carry the index of a repeat, the name of an `as` and the label of a record", () => {
    expect(paths("tests/language/values.dm", "Passed")).toContain("apply/repeat/2/conv/kernel");
    expect(paths("tests/language/values.dm", "Piped")).toEqual(
      ["unit", "again"].flatMap((unit) =>
        ["conv/kernel", "conv/bias", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"].map(
          (role) => `${unit}/${role}`,
        ),
      ),
    );
    expect(paths("specs/detectors/deepmac.dm", "DeepMAC")).toContain("heads/each/1/heads/heat/branch/conv/kernel");
  });
});
