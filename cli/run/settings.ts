// What the options of `run` say, held against each other.
import type { Phase } from "../../compiler/index.ts";
import type { Layout } from "../../lab/index.ts";
import { exits, Failure } from "../exit.ts";
import type { ModelOptions } from "../model.ts";
import { layoutOf } from "../targets/index.ts";
import type { WeightOptions } from "../weights/choose.ts";
import { type Engine, engineNamed } from "./engines.ts";

export interface RunOptions extends ModelOptions, WeightOptions {
  readonly input?: readonly string[];
  readonly output?: string;
  readonly engine?: string;
  readonly phase?: string;
  readonly updates?: boolean;
  readonly layout?: string;
  readonly float64?: boolean;
}

export interface Settings {
  readonly engine: Engine;
  readonly phase: Phase;
  readonly hasUpdates: boolean;
  readonly layout: Layout;
  readonly isDouble: boolean;
}

export function settingsOf(options: RunOptions): Settings {
  const { engine: name = "onnx", phase = "infer", layout, float64 = false, updates = false } = options;
  const engine = engineNamed(name);
  if (phase !== "infer" && phase !== "train")
    throw new Failure(exits.usage, `--phase is infer or train, not "${phase}"`);
  if (phase === "train" && engine.files?.refusesTraining !== undefined)
    throw new Failure(exits.unsupported, `--engine ${name} has no --phase train: ${engine.files.refusesTraining}`, [
      "use --engine reference or torch",
    ]);
  if (float64 && name !== "reference")
    throw new Failure(exits.usage, `--engine ${name} computes in float32`, ["--float64 needs --engine reference"]);
  if (updates) checkUpdates(engine, phase);
  return {
    engine,
    phase,
    hasUpdates: updates,
    layout: layoutOf(layout === undefined ? {} : { layout }),
    isDouble: float64,
  };
}

function checkUpdates({ name, files }: Engine, phase: Phase): void {
  if (phase !== "train") throw new Failure(exits.usage, "--updates is about a step of training", ["add --phase train"]);
  if (files?.refusesUpdates !== undefined)
    throw new Failure(exits.unsupported, `--engine ${name} has no --updates: ${files.refusesUpdates}`, [
      "use --engine reference or onnx",
    ]);
}
