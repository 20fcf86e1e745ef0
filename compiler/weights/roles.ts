// The last step of a name says what a tensor is to its layer, in the words of the framework that wrote it, and with
// that how the axes of a kernel lie.
import { stepsOfName } from "../check/text/rules/patterns.ts";

/** How a file orders the axes of kernels: as TensorFlow (HWIO, HWOI, IO) or as PyTorch (OIHW, IOHW, OI). */
export type AxisOrder = "tensorflow" | "torch";

export const otherThan = (order: AxisOrder): AxisOrder => (order === "torch" ? "tensorflow" : "torch");

interface RoleWord {
  /** The roles here that it may stand for, likeliest first; a role stands for itself anyway. */
  readonly means?: readonly string[];
  /** Of the axes of a kernel that is called so. */
  readonly order?: AxisOrder;
}

export const roleWords: ReadonlyMap<string, RoleWord> = new Map<string, RoleWord>([
  // Keras; the first is our own, the underscore is Keras 3 in checkpoints of TensorFlow.
  ["kernel", { order: "tensorflow" }],
  ["_kernel", { means: ["kernel"], order: "tensorflow" }],
  ["depthwise_kernel", { means: ["kernel"], order: "tensorflow" }],
  ["pointwise_kernel", { means: ["kernel"], order: "tensorflow" }],
  // TensorFlow 1 (slim).
  ["weights", { means: ["kernel"], order: "tensorflow" }],
  ["depthwise_weights", { means: ["kernel"], order: "tensorflow" }],
  ["pointwise_weights", { means: ["kernel"], order: "tensorflow" }],
  ["biases", { means: ["bias"] }],
  // PyTorch.
  ["weight", { means: ["kernel", "gamma"], order: "torch" }],
  ["bias", { means: ["bias", "beta"] }],
  ["running_mean", { means: ["moving_mean"] }],
  ["running_var", { means: ["moving_variance"] }],
  // Flax.
  ["scale", { means: ["gamma"] }],
  ["mean", { means: ["moving_mean"] }],
  ["var", { means: ["moving_variance"] }],
]);

/** `bn1.num_batches_tracked` counts steps of training; no network computes with it. */
export const isStepCounter = (steps: readonly string[]): boolean => steps.at(-1) === "num_batches_tracked";

/** The steps of a tensor's name, without the number of an output that TensorFlow appends (`kernel:0`). */
export const stepsOfTensor = (name: string): readonly string[] => stepsOfName(name.replace(/:\d+$/, ""));

/** The order that a name claims. */
export const orderByName = (name: string): AxisOrder | undefined =>
  roleWords.get(stepsOfTensor(name).at(-1) ?? "")?.order;
