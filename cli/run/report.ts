// What `run` says it did, for people and for programs.
import { printable, shapeText } from "../../checkpoints/index.ts";
import type { NDArray, Phase } from "../../compiler/index.ts";
import type { Diagnostic } from "../../grammar/index.ts";
import type { Layout } from "../../lab/index.ts";
import { byteText, diagnosticsDocument, type Paint, renderDiagnostics, secondText } from "../../report/index.ts";
import { exitOf, type Outcome } from "../exit.ts";
import type { ChosenWeights } from "../weights/choose.ts";
import type { Answer } from "./engines.ts";
import type { StoredTensor } from "./files.ts";
import type { Result } from "./results.ts";

export interface Ran {
  /** Of the model, or of the file that was built. */
  readonly name: string;
  /** Absent for a file: it was built in one. */
  readonly phase?: Phase;
  readonly layout?: Layout;
  readonly engine: string;
  readonly answer: Pick<Answer, "backend" | "milliseconds">;
  readonly inputs: ReadonlyMap<string, StoredTensor>;
  readonly results: readonly Result[];
  /** What was written. */
  readonly path: string;
  readonly bytes: number;
  /** What was left out or rounded. */
  readonly notes: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly weights?: ChosenWeights["document"];
}

export function outcomeOf(ran: Ran, paint: Paint): Outcome {
  const diagnostics = ran.diagnostics.filter(({ severity }) => severity !== "hint");
  const told = ran.notes.map((note) => `note: ${note}\n`).join("");
  return {
    exit: exitOf(diagnostics),
    document: { ...documentOf(ran), ...diagnosticsDocument(diagnostics) },
    stdout: textOf(ran, paint),
    stderr: (diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "") + told,
  };
}

function documentOf({ name, phase, layout, engine, answer, inputs, results, path, bytes, notes, weights }: Ran) {
  return {
    name,
    ...(phase && { phase }),
    engine,
    backend: answer.backend,
    ...(layout && { layout }),
    milliseconds: answer.milliseconds,
    file: path,
    bytes,
    inputs: [...inputs].map(([input, { dtype, shape, path: file }]) => ({ name: input, dtype, shape, file })),
    outputs: results.map(({ name: output, dtype, isLoss, array }) => ({
      name: output,
      dtype,
      shape: array.dims,
      ...(isLoss && { loss: true }),
      ...rangeOf(array),
    })),
    ...(weights && { weights }),
    notes,
  };
}

function textOf({ name, answer, results, path, bytes }: Ran, paint: Paint): string {
  const title = `${paint.strong(path)} (${byteText(bytes)}): ${name} in ${answer.backend}, ${secondText(answer.milliseconds)}`;
  const cells = results.map(({ name: output, dtype, isLoss, array }) => [
    printable(output),
    `${dtype}${shapeText(array.dims)}`,
    `${rangeText(array)}${isLoss ? ", a loss" : ""}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
  return `${[title, ...lines].join("\n")}\n`;
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Elements that are NaN or infinite; the others make the range. */
  readonly notFinite: number;
}

function rangeOf({ data }: NDArray): Range | undefined {
  let [min, max, notFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) notFinite++;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min > max ? undefined : { min, max, notFinite };
}

function rangeText(array: NDArray): string {
  const range = rangeOf(array);
  if (!range) return array.data.length === 0 ? "empty" : "nothing finite";
  const digits = (value: number): string => String(Number(value.toPrecision(6)));
  const { min, max, notFinite } = range;
  const finite = min === max ? digits(min) : `${digits(min)} to ${digits(max)}`;
  return notFinite === 0 ? finite : `${finite}, ${notFinite} not finite`;
}
