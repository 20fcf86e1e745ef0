// Float model -> integer model (QDQ): which tensors to look at while the float model runs, and the
// rewriting once they were seen.
export { type Calibration, newCalibration, observe } from "./calibration.ts";
export { observedTensors } from "./plan.ts";
export { quantizeProgram } from "./rewrite.ts";
