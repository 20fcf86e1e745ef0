// TREE -> IR -> FILES. Pure: no I/O, no clock, no globals.
export * from "./onnx.ts";
export { clientText, portsOfCaller, readme } from "./targets/triton/client.ts";
export { ensembleConfig, modelConfig, servedModel } from "./targets/triton/config.ts";
export * from "./tfjs.ts";
export * from "./torch.ts";
