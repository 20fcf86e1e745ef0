// What a model is, in numbers where they are known and else in its sizes.
import type { Summary } from "../compiler/index.ts";
import { annotationRows, annotationsDocument } from "./annotations.ts";
import { byteText, grouped } from "./numbers.ts";
import type { Paint } from "./paint.ts";

/** The document of `info --json`. */
export function summaryDocument({
  name,
  inputs,
  outputs,
  params,
  buffers,
  macs,
  depth,
  rf,
  seen,
  peak,
  nodes,
  shape,
  requires,
  skips,
  parts,
  annotations,
}: Summary) {
  const field = { rf, seen: seen ?? null };
  const interior = {
    params,
    buffers,
    macs,
    depth,
    ...field,
    peak,
    nodes,
    shape,
    requires,
    skips,
    ...(parts.length > 0 && { parts }),
  };
  return { name, inputs, outputs, ...interior, ...annotationsDocument(annotations) };
}

type Port = Summary["inputs"][number];

function portText({ name, dtype, shape, phase }: Port): string {
  return `${name}: ${dtype}${shape}${phase === undefined ? "" : ` in ${phase}`}`;
}

/** `115 (113 to 117)`: the mean, and what single pixels see where they do not see alike. */
function fieldText({ rf, seen }: Summary): string {
  const mean = typeof rf === "object" ? rf.join(" × ") : grouped(rf);
  if (!seen) return mean;
  const ranges = seen.map(({ least, most }) =>
    least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`,
  );
  return `${mean} (${[...new Set(ranges)].join(" × ")})`;
}

export function summaryText(summary: Summary, paint: Paint): string {
  const rows: readonly (readonly [string, string])[] = [
    ...summary.inputs.map((port) => ["input", portText(port)] as const),
    ...summary.outputs.map((port) => ["output", portText(port)] as const),
    ...annotationRows(summary.annotations),
    ["parameters", grouped(summary.params)],
    ["statistics", grouped(summary.buffers)],
    ["multiply-adds", grouped(summary.macs)],
    ["depth", grouped(summary.depth)],
    ["receptive field", fieldText(summary)],
    ["activations", typeof summary.peak === "number" ? `${byteText(summary.peak)} at once, at most` : summary.peak],
    ["operators", grouped(summary.nodes)],
    ["sizes", summary.requires === "" ? "every size works" : summary.requires],
    ...(summary.skips.length > 0 ? [["skips", summary.skips.join(", ")] as const] : []),
    ...(summary.parts.length > 0 ? [["parts", summary.parts.join(", ")] as const] : []),
  ];
  return `${[paint.strong(summary.name), ...rows.map(([label, value]) => `  ${label.padEnd(16)} ${value}`)].join("\n")}\n`;
}
