// The compiler with PyTorch as its one target.
export * from "./front.ts";
export {
  emitTorch,
  phaseDifference,
  probeOf as torchProbe,
  type TorchFile,
  type TorchOptions,
  type TorchTensor,
} from "./targets/torch/index.ts";
