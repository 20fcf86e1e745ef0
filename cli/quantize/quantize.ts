// `deepmacc quantize REF`: an int8 model file, and how far it is from the float one.

import { type Difference, differenceOf, type NDArray, signalToNoise } from "../../compiler/index.ts";
import { diagnosticsDocument, type Paint, renderDiagnostics, secondText } from "../../report/index.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import type { Feeds } from "../inputs.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { expectWritten } from "../not-expressible.ts";

import { fileNameOf, parseWhole } from "../reference.ts";
import type { TargetOptions, Written } from "../targets/index.ts";
import { onnx } from "../targets/onnx.ts";
import type { WeightOptions } from "../weights/choose.ts";
import { answersOf, opened, type QuantizeWork, quantizeInto, type References, type Status } from "./calibrate.ts";

export interface QuantizeOptions extends ModelOptions, TargetOptions, WeightOptions {
  readonly output?: string;
  readonly calibration?: readonly string[];
  readonly samples?: string;
  readonly batch?: string;
}

export async function quantize(
  reference: string,
  options: QuantizeOptions,
  paint: Paint,
  status: Status = () => {},
): Promise<Outcome> {
  const started = performance.now();
  onnx.checkOptions(options);
  if (options.calibration !== undefined && options.samples !== undefined)
    throw new Failure(exits.usage, "--samples counts random inputs, but --calibration names files", [
      "use one of the two",
    ]);
  const counts = {
    samples: parseWhole(options.samples ?? "64", "--samples", [1, 1e6]),
    batch: parseWhole(options.batch ?? "8", "--batch", [1, 65_536]),
  };
  const { graph, weights, doubts, reference: named } = prepare(reference, options);
  const path = options.output ?? `${fileNameOf(named)}-int8.onnx`;
  const work: QuantizeWork = { graph, weights, options, files: options.calibration ?? [], ...counts };
  const { written: answer, references } = await quantizeInto(path, work, status);
  const made = expectWritten(answer, onnx);
  const written = { ...made, remarks: [...doubts, ...(made.remarks ?? [])] };
  const differences = await compareWith(path, references, status);
  return outcomeOf(graph.name, path, written, differences, performance.now() - started, paint);
}

interface OutputError extends Difference {
  readonly name: string;
  /** In decibels. */
  readonly sqnr: number;
}

async function compareWith(
  path: string,
  { feeds, answers: references }: References,
  status: Status,
): Promise<readonly OutputError[]> {
  const session = await opened(path);
  const answers: Feeds[] = [];
  for (const [index, each] of feeds.entries()) {
    answers.push(await answersOf(session, each));
    status(`comparing ${index + 1} of ${feeds.length}`);
  }
  await session.close();
  status("");
  return Object.keys(references[0] ?? {}).map((name) => {
    const [reference, answer] = [joined(references, name), joined(answers, name)];
    return { name, ...differenceOf(reference, answer), sqnr: signalToNoise(reference, answer) };
  });
}

/** What all runs answered for one output. */
function joined(runs: readonly Feeds[], name: string): NDArray {
  const data = Float64Array.from(runs.flatMap((run) => Array.from(run[name]?.data ?? [])));
  return { dims: [data.length], data };
}

function outcomeOf(
  name: string,
  path: string,
  written: Written,
  differences: readonly OutputError[],
  milliseconds: number,
  paint: Paint,
): Outcome {
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const lines = differences.map(
    ({ name: output, max, mean, sqnr, scale }) =>
      `  ${output.padEnd(14)} largest ${percent(max)}, mean ${percent(mean)} of its scale (${scale.toPrecision(3)}); SQNR ${sqnr.toFixed(1)} dB`,
  );
  return {
    exit: exits.ok,
    document: {
      name,
      target: "onnx",
      file: path,
      ...written.document,
      outputs: differences,
      ...diagnosticsDocument(written.remarks ?? []),
    },
    stderr: renderDiagnostics(written.remarks ?? [], paint),
    stdout: `${paint.strong(path)} ${written.size}: ${name} in int8, ${secondText(milliseconds)}\nerror against float:\n${lines.join("\n")}\n`,
  };
}
