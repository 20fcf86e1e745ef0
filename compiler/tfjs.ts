// The compiler with tfjs as its one target.
export * from "./front.ts";
export { emitTfjs, type TfjsFile, type TfjsModel, type TfjsOptions } from "./targets/tfjs/index.ts";
