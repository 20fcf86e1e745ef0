// `deepmacc quantize REF`: an int8 model file, and how far it is from the float one.

import { type Errors, errorsOf } from "../../lab/index.ts";
import {
  diagnosticsDocument,
  inLine,
  noiseText,
  type Paint,
  renderDiagnostics,
  secondText,
} from "../../report/index.ts";
import { withinMemory } from "../bounded.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { type ModelOptions, prepare } from "../model.ts";
import { expectWritten } from "../not-expressible.ts";

import { fileNameOf, parseWhole } from "../reference.ts";
import type { TargetOptions, Written } from "../targets/index.ts";
import { onnx } from "../targets/onnx.ts";
import type { WeightOptions } from "../weights/choose.ts";
import { calibratedInto, expectRun, opened, type QuantizeWork, type Status, type Tests } from "./calibrated.ts";

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
  const { written: answer, tests } = await withinMemory(() => calibratedInto(path, work, status));
  const made = expectWritten(answer, onnx);
  const written = { ...made, remarks: [...doubts, ...(made.remarks ?? [])] };
  const differences = await compareWith(path, tests, status);
  const outcome = outcomeOf(graph.name, path, written, differences, performance.now() - started, paint);
  const notes = tests.notes.map((note) => `note: ${note}\n`).join("");
  return { ...outcome, stderr: (outcome.stderr ?? "") + notes };
}

async function compareWith(path: string, { feeds, answers }: Tests, status: Status): Promise<readonly Errors[]> {
  const session = opened(await onnx.open(path));
  const errors = await errorsOf(session, feeds, answers, (done, total) => status(`comparing ${done} of ${total}`));
  await session.close();
  status("");
  return expectRun(errors, session);
}

function outcomeOf(
  name: string,
  path: string,
  written: Written,
  differences: readonly Errors[],
  milliseconds: number,
  paint: Paint,
): Outcome {
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const lines = differences.map(
    ({ name: output, max, mean, sqnr, scale }) =>
      `  ${output.padEnd(14)} largest ${percent(max)}, mean ${percent(mean)} of its scale (${scale.toPrecision(3)}); ${noiseText(sqnr)}`,
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
    stdout: `${paint.strong(inLine(path))} ${written.size}: ${name} in int8, ${secondText(milliseconds)}\nerror against float:\n${lines.join("\n")}\n`,
  };
}
