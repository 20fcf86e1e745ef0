// The operators that decode detections: onnxruntime chooses the boxes that `evaluate` chooses, on random inputs and on
// those that the released code was asked.
import fc from "fast-check";
import { describe, it } from "vitest";
import { evaluate } from "../../compiler/evaluate.ts";
import { weightsFrom } from "../../compiler/ir/weights.ts";
import { optimize } from "../../compiler/passes/index.ts";
import { opsets } from "../../compiler/targets/onnx/index.ts";
import { type DetectionCase, detectionCases, detectionTrial } from "../detection-cases.ts";
import { decodingSamplers, decodingTrial, emptied } from "./detection-samplers.ts";
import { bytesOf, emit, expectEqual, expectParity, runOnnx } from "./run-onnx.ts";
import { torchCase } from "./torch-cases.ts";

describe.each(Object.entries(decodingSamplers))("%s", (op, sampler) => {
  it("in ONNX", async () => {
    const cases = fc.tuple(sampler, fc.integer({ min: opsets.lowest, max: opsets.highest }));
    await fc.assert(
      fc.asyncProperty(cases, async ([drawn, opset]) => {
        const { graph, feeds } = decodingTrial(op, drawn);
        await expectParity(graph, feeds, undefined, opset);
      }),
      { numRuns: 30, seed: 21 },
    );
  });

  // Maps of features are turned in half precision, as they were made.
  it.skipIf(["heatmap_peaks", "centernet_decode"].includes(op))(
    "in ONNX, in half precision, with every digit",
    async () => {
      await fc.assert(
        fc.asyncProperty(sampler, async (drawn) => {
          const { graph, feeds } = decodingTrial(op, drawn);
          const weights = weightsFrom(new Map());
          const bytes = bytesOf(emit(optimize(graph, { fold: true }), { weights, half: { ports: "f32" } }));
          expectEqual(await runOnnx(bytes, graph, feeds), evaluate(graph, feeds, weights), "half precision");
        }),
        { numRuns: 10, seed: 23 },
      );
    },
  );

  it("in PyTorch", () => {
    let count = 0;
    fc.assert(
      fc.property(sampler, (drawn) => {
        torchCase({ name: `operators/${op}-${count++}`, ...decodingTrial(op, drawn) });
      }),
      { numRuns: 20, seed: 22 },
    );
  });
});

describe.each(Object.entries(decodingSamplers))("%s of nothing", (op, sampler) => {
  let count = 0;
  it("has the axes that the reference says, in every runtime", async () => {
    const isFree = (name: string) => sampler.filter(({ feeds }) => feeds.some(({ type }) => type.includes(name)));
    const cases = fc.oneof(
      isFree("N").map((drawn) => emptied(drawn, ["N"])),
      ...(["nms", "box_decode", "decode_boxes"].includes(op)
        ? [isFree("K").map((drawn) => emptied(drawn, ["K"]))]
        : []),
    );
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const { graph, feeds } = decodingTrial(op, drawn);
        const weights = weightsFrom(new Map());
        const expected = evaluate(graph, feeds, weights);
        const bytes = bytesOf(emit(graph, { weights }));
        for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const)
          expectEqual(await runOnnx(bytes, graph, feeds, "nhwc", undefined, backend), expected, backend);
        torchCase({ name: `empty/${op}-${count++}`, graph, feeds });
      }),
      { numRuns: 8, seed: 24 },
    );
  });
});

describe("what the released code answers", () => {
  const cases = detectionCases().map((each, at): [string, DetectionCase, number] => [each.name, each, at]);

  it.each(cases)("%s", async (_, each, at) => {
    const { graph, feeds, answers } = detectionTrial(each);
    const bytes = bytesOf(emit(graph, { weights: weightsFrom(new Map()) }));
    for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const)
      expectEqual(await runOnnx(bytes, graph, feeds, "nhwc", undefined, backend), answers, backend, 2e-6);
    // A file of PyTorch checks itself on numbers of its own; those of its sigmoid are one step off here and there, and
    // among neighbours the order then differs.
    if (!each.sigmoid) torchCase({ name: `released/${at}`, graph, feeds });
  });
});
