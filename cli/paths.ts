// `deepmacc info REF --paths`: the weights that training learns or keeps.
import { elaborate, emitTorch, formatDim, type TorchTensor, targetDims, weightsOfGraph } from "../compiler/index.ts";
import type { WeightPath } from "../report/index.ts";
import type { Chosen } from "./chosen.ts";
import { version } from "./home.ts";

export function weightPaths({ program, request, session }: Chosen): readonly WeightPath[] {
  // Parts are cut out of what runs.
  const phase = request.part === undefined ? "train" : "infer";
  const { graph } = elaborate(program, request, phase, { weights: false, session });
  if (!graph) return [];
  const inTorch = torchTensors({ program, request, session });
  return [...weightsOfGraph(graph).values()].map(({ path, dims, trainable }) => {
    const tensor = inTorch.get(path);
    return {
      path,
      shape: dims.map((dim) => (typeof dim === "number" ? dim : formatDim(dim))),
      trainable,
      ...(tensor && { torch: { name: tensor.name, shape: targetDims(tensor.weight, tensor.axes) } }),
    };
  });
}

/** By path. None where PyTorch cannot express the model, or sizes that weights need are free. */
function torchTensors({ program, request, session }: Omit<Chosen, "reference">): ReadonlyMap<string, TorchTensor> {
  const { graph } = elaborate(program, request, "infer", { session });
  const file = graph && emitTorch(graph, { layout: "nhwc", compilerVersion: version(), hasWeights: true });
  if (!file || "unsupported" in file) return new Map();
  return new Map(file.tensors.map((tensor) => [tensor.weight.path, tensor]));
}
