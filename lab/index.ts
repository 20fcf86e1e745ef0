// MODELS -> WHAT THEY DO. Trials, comparisons, calibrations and timings of models that were written, without a
// command line and without a terminal.
export { type Bounds, excessOf, isOutOfMemory, largestBounds, quickBounds } from "./bounds.ts";
export { type Calibrated, calibrate, type Errors, errorsOf, isEndless } from "./calibrate.ts";
export {
  type Comparison,
  compareFile,
  type DivergingLayer,
  firstLayer,
  type OutputDifference,
  usualTolerance,
  type Verdict,
  type Write,
} from "./compare.ts";
export {
  batched,
  type Feeds,
  numbersFor,
  type OpenAxis,
  openAxis,
  portsOf,
  randomBatches,
  randomFeeds,
  type Samples,
} from "./feeds.ts";
export { fromInterface, type Layout, toInterface } from "./layout.ts";
export { type Contender, gflopsOf, type Peaks, type Product, type Row, timeBatch } from "./measure.ts";
export { type Peak, peakOf, peakSizes } from "./peak.ts";
export { type Trial, tryOut } from "./trial.ts";
