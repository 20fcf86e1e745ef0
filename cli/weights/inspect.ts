// `deepmacc weights inspect FILE`: what a checkpoint holds, from its headers alone.

import { printable, shapeText, type TensorEntry } from "../../checkpoints/index.ts";
import { byteText, grouped, type Paint } from "../../report/index.ts";
import { exits, type Outcome } from "../exit.ts";
import { openWeights } from "./open.ts";

export function inspect(file: string, paint: Paint): Outcome {
  const { format, tensors, slots, others, metadata } = openWeights(file);
  const entries = [...tensors.values()];
  const totals = { tensors: entries.length, numbers: sum(entries, sizeOf), bytes: sum(entries, ({ bytes }) => bytes) };
  const kept = [...slots.values()];
  return {
    exit: exits.ok,
    document: {
      file,
      format,
      metadata: Object.fromEntries(metadata),
      tensors: entries.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes })),
      total: totals,
      slots: { variables: kept.length, bytes: sum(kept, ({ bytes }) => bytes) },
      others,
    },
    stdout: `${[
      `${paint.strong(file)}: ${format}`,
      ...[...metadata].map(([key, value]) => `  ${printable(key)} = ${printable(value)}`),
      ...table(entries),
      `${grouped(totals.tensors)} tensors, ${grouped(totals.numbers)} numbers, ${byteText(totals.bytes)}`,
      ...(kept.length > 0
        ? [`and ${grouped(kept.length)} variables of an optimiser, ${byteText(sum(kept, ({ bytes }) => bytes))}`]
        : []),
      ...(others.length > 0 ? [`and ${grouped(others.length)} entries that hold no numbers`] : []),
    ].join("\n")}\n`,
  };
}

const sizeOf = ({ shape }: TensorEntry): number => shape.reduce((size, dim) => size * dim, 1);

const sum = (entries: readonly TensorEntry[], of: (entry: TensorEntry) => number): number =>
  entries.reduce((total, entry) => total + of(entry), 0);

function table(entries: readonly TensorEntry[]): string[] {
  const rows = entries.map(({ name, dtype, shape, bytes }) => [
    printable(name),
    dtype,
    shapeText(shape),
    byteText(bytes),
  ]);
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  const cell = (text: string, column: number): string =>
    column === 3 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join("  ")}`);
}
