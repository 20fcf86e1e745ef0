// MODELS -> WHAT THEY DO. Trials, comparisons, calibrations and timings of models that were written, without a
// command line and without a terminal.
export { type AnsweredArray, answersOf } from "./answers.ts";
export { excessOf, isOutOfMemory, largestBounds, quickBounds } from "./bounds.ts";
export { calibrate, type Errors, errorsOf, isEndless } from "./calibrate.ts";
export {
  type Comparison,
  compareFile,
  firstLayer,
  type OutputDifference,
  usualTolerances,
  type Verdict,
} from "./compare.ts";
export {
  batched,
  type Feeds,
  openAxis,
  portsOf,
  randomBatches,
  randomFeeds,
  type Samples,
} from "./feeds.ts";
export { type Arrays, fromInterface, type Layout, toInterface } from "./layout.ts";
export { type Contender, gflopsOf, type Peaks, type Product, type Row, timeBatch } from "./measure.ts";
export { peakOf, peakSizes } from "./peak.ts";
export { OutOfBudget, type Trial, tryOut } from "./trial.ts";
