// The table of operators, as a table: random legal inputs and parameters for every operator; every runtime
// says what `evaluate` says. An operator without a sampler fails.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opsets } from "../../compiler/targets/onnx/index.ts";
import { table } from "../../compiler/testing.ts";
import { decodingSamplers } from "./detection-samplers.ts";
import { expectHalfParity, expectParity } from "./run-onnx.ts";
import { expectTfjsParity } from "./run-tfjs.ts";
import { flag, needsFixedSizes, type Sampler, samplers, trialOf } from "./samplers.ts";

it("every operator has a sampler", () => {
  expect(Object.keys(table).filter((name) => !samplers[name] && !decodingSamplers[name])).toEqual([]);
});

/** Cases of one operator: what it takes, whether it stands between convolutions, and whether sizes are free. */
const casesOf = (op: string, canBeFree: boolean) =>
  fc.tuple(samplers[op] as Sampler, flag, canBeFree ? flag : fc.constant(false));

describe.each(Object.keys(samplers))("%s", (op) => {
  it("in ONNX", async () => {
    const cases = fc.tuple(
      casesOf(op, !needsFixedSizes.includes(op)),
      fc.integer({ min: opsets.lowest, max: opsets.highest }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([drawn, opset]) => {
        const { graph, feeds } = trialOf(op, ...drawn);
        await expectParity(graph, feeds, undefined, opset);
      }),
      { numRuns: 20, seed: 20 },
    );
  });

  it("in ONNX, in half precision", async () => {
    await fc.assert(
      fc.asyncProperty(casesOf(op, !needsFixedSizes.includes(op)), async (drawn) => {
        const { graph, feeds } = trialOf(op, ...drawn);
        await expectHalfParity(graph, feeds);
      }),
      { numRuns: 10, seed: 20 },
    );
  });

  it("in tfjs", async () => {
    await fc.assert(
      fc.asyncProperty(casesOf(op, op !== "reshape"), async (drawn) => {
        const { graph, feeds } = trialOf(op, ...drawn);
        await expectTfjsParity(graph, feeds);
      }),
      { numRuns: 20, seed: 20 },
    );
  });
});
