// What is legal and rarely meant.
import { type TypeAtom, textOf } from "../../../../grammar/index.ts";
import type { Findings } from "./findings.ts";

/** Channels of a picture, where another library has them. */
const mostChannels = 4;

/** In `f32[None, None, None, 3]` batch, height and width are one size. */
export function oneNameForAll(type: TypeAtom, findings: Findings): void {
  if (type.kind !== "tensor") return;
  const count = type.dims.filter((dim) => dim.kind === "name" && dim.text === "None").length;
  if (count > 1) findings.report("DM8006/none", type.span, { count });
}

/** `f32[N, 3, H, W]` is a map of three rows with W channels. */
export function channelsFirst(type: TypeAtom, findings: Findings): void {
  if (type.kind !== "tensor" || type.dims.length + (type.leading ? 1 : 0) !== 4) return;
  const [rows, columns, channels] = type.dims.slice(-3);
  if (rows?.kind !== "number" || rows.value > mostChannels || !columns || !channels) return;
  const isFree = columns.kind === "name" && channels.kind === "name" && !/^C/.test(channels.text);
  const isPicture = columns.kind === "number" && channels.kind === "number" && columns.value === channels.value;
  if (!isFree && !(isPicture && channels.value >= 32)) return;
  const [h, w] = [textOf(columns.span), textOf(channels.span)];
  const lead = type.leading ? ".." : textOf((type.dims[0] ?? rows).span);
  const meant = `${type.dtype?.text ?? ""}[${lead}, ${h}, ${w}, ${rows.text}]`;
  findings.report("DM8006", type.span, { rows: rows.text, channels: w, meant });
}
