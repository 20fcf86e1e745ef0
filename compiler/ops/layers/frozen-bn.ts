// A batch norm that training leaves alone: what pretrained detectors keep of it, under the names of its numbers.
import type { TensorType } from "../../ir/graph.ts";
import { fixedSize } from "../kit/fixed-size.ts";
import { perChannel } from "../kit/initialisers.ts";
import { nth } from "../kit/nth.ts";
import {
  laterGradient,
  noMacs,
  noReach,
  type ParametersOf,
  primitive,
  real,
  type WeightSpec,
} from "../kit/primitive.ts";
import { initialiserConfig, type TfjsEmitter, type TfjsTensor, type TfjsWeight } from "../kit/tfjs.ts";
import { given, named, type TorchCall, torchCall, type UseTypes } from "../kit/torch.ts";
import { lowerStored, normalise, shape, storedStatistics, torchExpression, torchLayout, torchWeights } from "./bn.ts";

const params = { eps: real("added to the variance (Keras 1e-3, PyTorch 1e-5)", 1e-5, { min: 0, max: 1 }) };
type Params = ParametersOf<typeof params>;
const roles = ["gamma", "beta", "moving_mean", "moving_variance"] as const;

function weights(inputs: readonly TensorType[]): Readonly<Record<string, WeightSpec>> {
  const channels = nth(nth(inputs, 0).dims, -1);
  const start = { gamma: 1, beta: 0, moving_mean: 0, moving_variance: 1 };
  return Object.fromEntries(roles.map((role) => [role, perChannel(channels, start[role], false)]));
}

/** Keras's own layer would take the statistics of the batch in training. */
function lowerTfjs(inputs: readonly TfjsTensor[], { eps }: Params, emit: TfjsEmitter): TfjsTensor {
  const start = (role: string) => initialiserConfig(emit.initialiser(role));
  const config = {
    trainable: false,
    epsilon: eps,
    ...Object.fromEntries(roles.map((role) => [`${role}_initializer`, start(role)])),
  };
  const weights = roles.map((role): TfjsWeight => ({ name: role, role, axes: "C" }));
  return emit.layer("DeepmaccFrozenNorm", config, inputs, { weights });
}

function torchLayer({ eps }: Params, types: UseTypes): TorchCall {
  const channels = fixedSize(nth(nth(types.inputs, 0).dims, -1), "number of channels");
  return torchCall("FrozenBatchNorm", given(channels, "in_channels"), named("eps", eps, 1e-5));
}

export const frozen_bn = primitive({
  docs: "A batch norm whose numbers stay as they came: the stored averages in training as at inference, and a scale and offset that do not train (they count in `buffers`). Pretrained backbones of detectors have it.",
  inputs: ["x"],
  params,
  keepsSingle: true,
  weights,
  shape,
  macs: noMacs,
  reach: noReach,
  evaluate: (inputs, { eps }, weights) => normalise(nth(inputs, 0), storedStatistics(weights), eps, weights),
  onnx: { layout: "any", lower: lowerStored },
  tfjs: { form: "map", lower: lowerTfjs },
  gradient: laterGradient,
  torch: { layout: torchLayout, layer: torchLayer, weights: torchWeights, expression: torchExpression },
});
