// Who can run what a target wrote. One entry per target, in the order in which people read the table.
import type { NDArray } from "../../compiler/index.ts";
import { runInEngine } from "./engine.ts";
import { runInPython } from "./python.ts";

export type Arrays = ReadonlyMap<string, NDArray>;

export interface RunFailure {
  readonly failure: string;
  /** The engine is not on this machine; everything else that goes wrong is the model's or the engine's. */
  readonly missing?: boolean;
}

export interface Runner {
  readonly target: string;
  /** Starting the engine takes seconds, which is no part of a quick build. */
  readonly isSlow?: boolean;
  /**
   * Runs the files at `path`. Arrays go in and come out in the axes of the interface; `outputs` are the names of the
   * model's results in order.
   */
  run(path: string, feeds: Arrays, outputs: readonly string[]): Promise<Arrays | RunFailure>;
}

export const isRunFailure = (answer: Arrays | RunFailure): answer is RunFailure => "failure" in answer;

export const runners: readonly Runner[] = [
  { target: "onnx", run: runInEngine },
  { target: "tfjs", run: runInEngine },
  { target: "torch", isSlow: true, run: runInPython },
];
