// What `run` says it did, for people and for programs.
import { printable, shapeText } from "../../checkpoints/index.ts";
import type { Graph, NDArray } from "../../compiler/index.ts";
import type { Layout } from "../../lab/index.ts";
import { byteText, type Paint, secondText } from "../../report/index.ts";
import type { Answer } from "./engines.ts";
import type { StoredTensor } from "./files.ts";
import type { Result } from "./results.ts";

export interface Ran {
  readonly graph: Graph;
  readonly engine: string;
  readonly layout: Layout;
  readonly answer: Answer;
  readonly results: readonly Result[];
  readonly path: string;
  readonly bytes: number;
  readonly inputs: ReadonlyMap<string, StoredTensor>;
}

export function ranDocument({ graph, engine, layout, answer, results, path, bytes, inputs }: Ran) {
  return {
    name: graph.name,
    phase: graph.phase,
    engine,
    backend: answer.backend,
    layout,
    milliseconds: answer.milliseconds,
    file: path,
    bytes,
    inputs: [...inputs].map(([name, { dtype, shape, path: file }]) => ({ name, dtype, shape, file })),
    outputs: results.map(({ name, dtype, isLoss, array }) => ({
      name,
      dtype,
      shape: array.dims,
      ...(isLoss && { loss: true }),
      ...rangeOf(array),
    })),
  };
}

export function ranText({ graph, answer, results, path, bytes }: Ran, paint: Paint): string {
  const title = `${paint.strong(path)} (${byteText(bytes)}): ${graph.name} in ${answer.backend}, ${secondText(answer.milliseconds)}`;
  const cells = results.map(({ name, dtype, isLoss, array }) => [
    printable(name),
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
