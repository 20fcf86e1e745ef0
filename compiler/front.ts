// Text -> graph, and what is asked of a graph: all of the compiler but the targets.
export { Budget, type Limits } from "./budget/budget.ts";
export { endOf } from "./budget/end.ts";
export { checkProgram } from "./check/models/check.ts";
export { newSession, type SessionOptions } from "./check/models/phases.ts";
export { type TestReport, type TestResult, testProgram } from "./check/models/tests.ts";
export type { Session } from "./check/state/session.ts";
export { type Library, loadProgram, type Module, type Program, type Read } from "./check/text/program.ts";
export { type Compilation, checkModel, compile, elaborate } from "./compile.ts";
export { evaluate, missingReferences, type Observer } from "./evaluate.ts";
export { architectureHash } from "./ir/architecture.ts";
export { targetDims } from "./ir/axes.ts";
export type { Graph, GraphInput, GraphOutput, Node, Phase, TensorType, Value, Weight } from "./ir/graph.ts";
export { printGraph } from "./ir/print.ts";
export { borrowed, freshWeights, type WeightReader, weightsFrom } from "./ir/weights.ts";
export { messages } from "./messages/messages.ts";
export { type NDArray, operators } from "./ops/index.ts";
export { countMacs, countParams } from "./ops/measure.ts";
export { keepsSingle } from "./ops/of-node.ts";
export type { PartRequest } from "./part-request.ts";
export { optimize, withUpdates } from "./passes/index.ts";
export { type ModelName, type ModelRequest, modelsOf, partNames, type Requested, withNodesOf } from "./request.ts";
export { explainSizes, type SizeExplanation } from "./size-explanation.ts";
export { type Dim, evaluateDim, formatDim, isSymbolic, variablesOf } from "./sizes/dim/dim.ts";
export { type Port, type Summary, summarize } from "./summary.ts";
export { cutAt, type Diverges, firstDivergence } from "./verification/bisect.ts";
export { type Difference, differenceOf, distanceOf, signalToNoise, unitOf } from "./verification/difference.ts";
export { trialArray, trialFeeds, trialSizes } from "./verification/feeds.ts";
export { emptyOutputs, sizesFor } from "./verification/fit.ts";
export { type Work, workOf } from "./verification/work.ts";
export {
  aimsOf,
  type Binding,
  isComplete,
  type Naming,
  ownPaths,
  type StatedOrders,
  torchNames,
} from "./weights/bind.ts";
export {
  type Binds,
  type Bound,
  bindGraph,
  checkWeightFiles,
  type Declares,
  declaredWeights,
  type WeightFiles,
} from "./weights/declared.ts";
export { mappingsOf } from "./weights/mappings.ts";
export { axesIn } from "./weights/order.ts";
export { boundWeights } from "./weights/read.ts";
export { type Fit, fitTitle, fittingModel, type Relative } from "./weights/relatives.ts";
export { type AxisOrder, orderByName } from "./weights/roles.ts";
export { weightsOfGraph } from "./weights/weights-of-graph.ts";
