// The runtimes that a file can be held against, and what each says about whole graphs. Where a
// statement comes from stands beside it: a list of another project ages, and can then be looked up again.
import type { GraphFacts } from "./facts.ts";

export const backendNames = ["webgpu", "coreml", "tensorrt", "openvino"] as const;
export type BackendName = (typeof backendNames)[number];
/** `portable`: whatever any of the others refuses. */
export const profileNames = ["portable", ...backendNames] as const;
export type ProfileName = (typeof profileNames)[number];

export interface Backend {
  readonly title: string;
  /** The list that its rows were read from. */
  readonly source: string;
}

export const backends: Readonly<Record<BackendName, Backend>> = {
  webgpu: {
    title: "WebGPU",
    source: "onnxruntime-web 1.30.0, docs/webgpu-operators.md",
  },
  coreml: {
    title: "CoreML",
    source: "onnxruntime 1.30.0, coreml_supported_mlprogram_ops.md (ML Program), and its operator builders",
  },
  tensorrt: {
    title: "TensorRT",
    source: "onnx-tensorrt for TensorRT 10.15, docs/operators.md",
  },
  openvino: {
    title: "OpenVINO",
    source: "OpenVINO, src/frontends/onnx/docs/supported_ops.md",
  },
};

export const profileTitle = (profile: ProfileName): string =>
  profile === "portable" ? "a portable file" : backends[profile].title;

export interface GraphRule {
  readonly profile: ProfileName;
  readonly severity: "error" | "warning";
  applies(facts: GraphFacts): boolean;
  /** What is asked of the graph, for the page. */
  readonly asks: string;
  reason(facts: GraphFacts): string;
  wayOut(facts: GraphFacts): string;
}

const fixed = (names: readonly string[]): string =>
  `fix ${names.length === 1 ? "it" : "them"}: --at ${names.map((name) => `${name}=…`).join(",")}`;
const freeMaps = ({ freeSizes }: GraphFacts): boolean => freeSizes.length > 0;
/** "S is free", "H and W are free". */
const areFree = (names: readonly string[]): string =>
  `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} free`;
const allFree = ({ freeSizes, freeBatch }: GraphFacts): readonly string[] =>
  freeBatch === undefined ? freeSizes : [freeBatch, ...freeSizes];

export const graphRules: readonly GraphRule[] = [
  {
    profile: "coreml",
    severity: "error",
    applies: freeMaps,
    asks: "sizes other than the batch are known",
    reason: ({ freeSizes }) => `${areFree(freeSizes)}, and it wants known heights and widths`,
    wayOut: ({ freeSizes }) => fixed(freeSizes),
  },
  {
    profile: "coreml",
    severity: "warning",
    applies: ({ freeBatch }) => freeBatch !== undefined,
    asks: "the batch is known",
    reason: ({ freeBatch }) => `${freeBatch} is free, and it prepares the model anew for every shape that it meets`,
    wayOut: ({ freeBatch }) => fixed([freeBatch ?? "N"]),
  },
  {
    profile: "coreml",
    severity: "error",
    applies: ({ mostAxes }) => mostAxes > 5,
    asks: "tensors have at most 5 axes",
    reason: ({ mostAxes }) => `a tensor has ${mostAxes} axes, and it knows at most 5`,
    wayOut: () => "use fewer leading axes",
  },
  {
    profile: "coreml",
    severity: "error",
    applies: ({ openWeights }) => openWeights,
    asks: "weights are stored in the file",
    reason: () => "weights are inputs, and kernels must be constants there",
    wayOut: () => "leave out --no-weights",
  },
  {
    profile: "tensorrt",
    severity: "warning",
    applies: (facts) => allFree(facts).length > 0,
    asks: "all sizes are known",
    reason: (facts) =>
      `${areFree(allFree(facts))}, and an engine for free sizes needs an optimisation profile with the least, usual and largest shape`,
    wayOut: (facts) => `give such a profile when the engine is built, or ${fixed(allFree(facts))}`,
  },
  {
    profile: "webgpu",
    severity: "warning",
    applies: freeMaps,
    asks: "sizes other than the batch are known",
    reason: ({ freeSizes }) => `${areFree(freeSizes)}, and shaders are compiled anew for every size`,
    wayOut: ({ freeSizes }) => fixed(freeSizes),
  },
  {
    profile: "portable",
    severity: "warning",
    applies: ({ opset }) => opset > 18,
    asks: "the operator set is 18 or lower",
    reason: ({ opset }) => `operator set ${opset} is newer than many readers`,
    wayOut: () => "leave out --opset: 18 is read everywhere",
  },
  {
    profile: "portable",
    severity: "warning",
    applies: ({ ir }) => ir > 8,
    asks: "the IR version is 8",
    reason: ({ ir }) => `IR version ${ir} is refused by readers from before it`,
    wayOut: () => "leave out --ir: 8 has all that this file uses",
  },
];
