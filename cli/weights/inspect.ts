// `deepmacc weights inspect FILE`: what a checkpoint holds, which model it belongs to, and what is odd about it. Names
// come from the headers; the numbers are read once, for those that are none.

import {
  type Checkpoint,
  isProblem,
  type NonFinite,
  nonFiniteText,
  printable,
  shapeText,
  type TensorEntry,
  watchFinite,
} from "../../checkpoints/index.ts";
import { fitTitle, fittingModel, orderByName } from "../../compiler/index.ts";
import { byteText, grouped, inLine, type Paint, tableLines } from "../../report/index.ts";
import { exits, type Outcome } from "../exit.ts";
import { usualNamings } from "./namings.ts";
import { openWeights } from "./open.ts";
import { relativesOf } from "./relatives.ts";

export function inspect(file: string, paint: Paint): Outcome {
  const checkpoint = openWeights(file);
  const { format, tensors, slots, others, metadata } = checkpoint;
  const entries = [...tensors.values()];
  const totals = { tensors: entries.length, numbers: sum(entries, sizeOf), bytes: sum(entries, ({ bytes }) => bytes) };
  const kept = [...slots.values()];
  const fitting = fittingModel(checkpoint, usualNamings(), relativesOf(checkpoint));
  const { damaged, odd } = lookAtNumbers(checkpoint);
  const remarks = [
    ...(fitting ? [`it has the weights of ${fitTitle(fitting)}`] : []),
    ...orderRemarks(checkpoint),
    ...[...odd, ...damaged].map((each) => paint.warning(each)),
  ];
  return {
    exit: damaged.length > 0 ? exits.diagnostics : exits.ok,
    document: {
      file,
      format,
      metadata: Object.fromEntries(metadata),
      tensors: entries.map(({ name, dtype, shape, bytes }) => ({ name, dtype, shape, bytes })),
      total: totals,
      slots: { variables: kept.length, bytes: sum(kept, ({ bytes }) => bytes) },
      others,
      ...(fitting && { model: fitTitle(fitting) }),
      nonFinite: odd,
      damaged,
    },
    stdout: `${[
      `${paint.strong(inLine(file))}: ${format}`,
      ...[...metadata].map(([key, value]) => `  ${printable(key)} = ${printable(value)}`),
      ...table(entries),
      `${grouped(totals.tensors)} tensors, ${grouped(totals.numbers)} numbers, ${byteText(totals.bytes)}`,
      ...(kept.length > 0
        ? [`and ${grouped(kept.length)} variables of an optimiser, ${byteText(sum(kept, ({ bytes }) => bytes))}`]
        : []),
      ...(others.length > 0 ? [`and ${grouped(others.length)} entries that hold no numbers`] : []),
      ...remarks,
    ].join("\n")}\n`,
  };
}

interface Numbers {
  /** Tensors that cannot be read to their end. */
  readonly damaged: readonly string[];
  /** Tensors with NaN or infinities. */
  readonly odd: readonly string[];
}

function lookAtNumbers(checkpoint: Checkpoint): Numbers {
  const damaged: string[] = [];
  const odd: string[] = [];
  for (const tensor of checkpoint.tensors.values()) {
    const watch = watchFinite(tensor.dtype);
    let found: NonFinite | undefined;
    for (const piece of checkpoint.pieces(tensor.name)) {
      if (isProblem(piece)) damaged.push(piece.problem);
      else found = watch(piece);
    }
    if (found) odd.push(nonFiniteText(tensor, found));
  }
  return { damaged, odd };
}

/** Whose order the axes of kernels have, by their names; and those that nothing says it of. */
function orderRemarks({ tensors, metadata }: Checkpoint): readonly string[] {
  if (metadata.has("axes")) return [];
  const kernels = [...tensors.values()].filter(({ shape }) => shape.length === 2 || shape.length === 4);
  const count = (order: "torch" | "tensorflow") => kernels.filter(({ name }) => orderByName(name) === order).length;
  const unsaid = kernels.filter((each) => orderByName(each.name) === undefined && isSquare(each));
  const said = [
    ...(count("torch") > 0 ? [`kernels called \`weight\` have PyTorch's order of axes`] : []),
    ...(count("tensorflow") > 0 ? [`kernels called \`kernel\` have TensorFlow's order of axes`] : []),
  ];
  if (unsaid.length === 0 || metadata.get("format") === "pt") return said;
  const names = unsaid.slice(0, 3).map(({ name }) => printable(name));
  const rest = unsaid.length > 3 ? ` and ${unsaid.length - 3} more` : "";
  return [
    ...said,
    `nothing says how the axes of ${names.join(", ")}${rest} lie: square, they are taken in TensorFlow's order; --axes torch says otherwise`,
  ];
}

/** Of one shape in either order, and not the same numbers. */
const isSquare = ({ shape }: TensorEntry): boolean => (shape[0] ?? 1) > 1 && shape.every((size) => size === shape[0]);

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
  return tableLines(rows, (column) => column === 3);
}
