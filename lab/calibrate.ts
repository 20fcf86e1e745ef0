// The float model is run on calibration inputs while its tensors are looked at; afterwards the model in integers is
// held against what the float one answered.
import {
  type Calibration,
  type Difference,
  differenceOf,
  type NDArray,
  newCalibration,
  observe,
  signalToNoise,
} from "../compiler/index.ts";
import { type EngineFailure, isEngineFailure, type Session } from "../runtime/index.ts";
import type { Feeds } from "./feeds.ts";

/** A tensor of the float model has values that are no finite numbers: it has no range. */
export interface Endless {
  readonly endless: string;
}
export const isEndless = (answer: object): answer is Endless => "endless" in answer;

export interface Calibrated {
  readonly calibration: Calibration;
  /** What the float model answered on the test inputs. */
  readonly answers: readonly Feeds[];
}

/**
 * Runs the float model, whose every tensor is an output, on the inputs to calibrate on. Of the test inputs, only the
 * outputs called `names` are kept.
 */
export async function calibrate(
  session: Session,
  { calibration: seen, tests }: { readonly calibration: readonly Feeds[]; readonly tests: readonly Feeds[] },
  names: ReadonlySet<string>,
  progress: (done: number, total: number) => void = () => {},
): Promise<Calibrated | EngineFailure | Endless> {
  const calibration = newCalibration();
  for (const [index, feeds] of seen.entries()) {
    progress(index + 1, seen.length);
    const answer = await session.run(feeds);
    if (isEngineFailure(answer)) return answer;
    for (const [name, tensor] of Object.entries({ ...feeds, ...answer })) observe(calibration, name, tensor);
    const endless = [...calibration].find(([, { histogram }]) => !histogram.finite);
    if (endless) return { endless: endless[0] };
  }
  const answers = await answersOf(session, tests, names);
  return isEngineFailure(answers) ? answers : { calibration, answers };
}

async function answersOf(
  session: Session,
  inputs: readonly Feeds[],
  names: ReadonlySet<string>,
  progress: (done: number, total: number) => void = () => {},
): Promise<readonly Feeds[] | EngineFailure> {
  const answers: Feeds[] = [];
  for (const feeds of inputs) {
    const answer = await session.run(feeds);
    if (isEngineFailure(answer)) return answer;
    answers.push(Object.fromEntries(Object.entries(answer).filter(([name]) => names.has(name))));
    progress(answers.length, inputs.length);
  }
  return answers;
}

/** How far one output of the model in integers is off. */
export interface Errors extends Difference {
  readonly name: string;
  /** In decibels; infinite where both agree. */
  readonly sqnr: number;
}

/** Runs the model in integers on the test inputs, and compares. */
export async function errorsOf(
  session: Session,
  tests: readonly Feeds[],
  references: readonly Feeds[],
  progress: (done: number, total: number) => void = () => {},
): Promise<readonly Errors[] | EngineFailure> {
  const names = Object.keys(references[0] ?? {});
  const answers = await answersOf(session, tests, new Set(names), progress);
  if (isEngineFailure(answers)) return answers;
  return names.map((name) => {
    const [reference, answer] = [joined(references, name), joined(answers, name)];
    return { name, ...differenceOf(reference, answer), sqnr: signalToNoise(reference, answer) };
  });
}

/** What all runs answered for one output. */
function joined(runs: readonly Feeds[], name: string): NDArray {
  const parts = runs.map((run) => run[name]?.data ?? new Float32Array());
  const data = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { dims: [data.length], data };
}
