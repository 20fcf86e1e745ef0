// What a checkpoint is, whatever its format: named tensors, and their bytes on request. Nothing here
// throws for what a file holds: a damaged file answers a problem in words.
import type { DType } from "./dtype.ts";

/** Why a file, or a tensor of it, cannot be read. A sentence without a full stop; starts in lower case. */
export interface Problem {
  readonly problem: string;
  /** What to do about it, a line each. */
  readonly help?: readonly string[];
}

export function isProblem(answer: unknown): answer is Problem {
  return typeof answer === "object" && answer !== null && "problem" in answer;
}

export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

export interface Checkpoint {
  readonly format: "safetensors" | "tensorflow";
  /** In the order of the file. Names have `/` between their parts in TensorFlow files. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Variables of an optimiser and its bookkeeping, recognised and left out of `tensors`. */
  readonly slots: ReadonlyMap<string, TensorEntry>;
  /** What else stands in the file and is no tensor of numbers: strings, object graphs. */
  readonly others: readonly string[];
  /** Free text that the writer left: safetensors' `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * The bytes of a tensor in order, little endian, in pieces of whole elements. Checked as they pass; where
   * they turn out damaged, the last item is the problem.
   */
  pieces(name: string): Iterable<Uint8Array | Problem>;
}
