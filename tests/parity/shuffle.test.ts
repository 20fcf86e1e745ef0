// Networks that shuffle channels and fold space into channels: reshapes whose sample has more axes than a
// feature map. Every target says what `evaluate` says, with free sizes and fixed ones.
import { describe, it } from "vitest";
import { elaborate, freshWeights } from "../../compiler/index.ts";
import { sample } from "../../compiler/testing.ts";
import { specProgram } from "../specs.ts";
import { expectParity } from "./run-onnx.ts";
import { expectTfjsParity } from "./run-tfjs.ts";
import { torchCase } from "./torch-cases.ts";

const program = specProgram("tests/language/shuffle.dm");
const small = "c = [8, 8, 12, 16, 10], n = [1, 2, 1], classes = 3";
const cases = [
  { model: "ShuffleUnit", at: { C: 24 }, dims: [2, 5, 3, 24] },
  { model: "ShuffleUnit", at: { H: 4, W: 6, C: 24 }, dims: [1, 4, 6, 24] },
  { model: "ShuffleNetV2", with: small, dims: [2, 64, 33, 3] },
  { model: "Packed", dims: [2, 6, 4, 3] },
  { model: "Swapped", at: { H: 1 }, dims: [2, 1, 3, 4] },
  { model: "Swapped", dims: [2, 1, 1, 4] },
  { model: "Tiles", at: { H: 7, W: 7 }, dims: [2, 7, 7, 4] },
  { model: "Crops", at: { K: 1 }, dims: [2, 1, 4, 4, 6] },
];

describe.each(cases)("$model on $dims", ({ dims, ...request }) => {
  const { graph } = elaborate(program, request, "infer");
  if (!graph) throw new Error(`${request.model} does not elaborate`);
  const feeds = new Map([[graph.inputs[0]?.name ?? "", sample(dims)]]);
  const weights = freshWeights(3);
  it("onnx", () => expectParity(graph, feeds, weights));
  it("tfjs", () => expectTfjsParity(graph, feeds, weights));
  it("torch", () => void torchCase({ name: `shuffle/${request.model}-${dims.join("-")}`, graph, feeds, weights }));
});
