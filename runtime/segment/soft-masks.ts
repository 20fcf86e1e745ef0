// What a network answers for boxes, as probabilities over them.
import type { Box, BoxMask } from "../../vision/index.ts";
import type { EngineFailure, TensorData } from "../session.ts";
import { runFailed } from "../session.ts";
import { isChannelsFirst, type System } from "./system.ts";
import type { MasksMeaning } from "./told.ts";

/** A box with what is known of it. */
export interface Wanted {
  /** [x0, y0, x1, y1] in pixels of the picture; it may reach past it. */
  readonly box: Box;
  /** Absent for a box that was given. */
  readonly score?: number;
  /** Absent where the model tells no classes. */
  readonly category?: number;
  /** The class, as the model counts them. */
  readonly kind?: number;
}

/** A box and its place in what the model answers. */
export interface FoundBox {
  readonly index: number;
  readonly wanted: Wanted;
}

/** Probabilities over each box: of its class, where masks are of one class each. */
export function softMasks(
  { dims, data }: TensorData,
  found: readonly FoundBox[],
  { masks, meaning }: System,
): readonly BoxMask[] | EngineFailure {
  const axes = dims.slice(-3);
  const [height = 0, width = 0, classes = 0] = isChannelsFirst(masks) ? [axes[1], axes[2], axes[0]] : axes;
  const each = height * width * classes;
  const soft: BoxMask[] = [];
  for (const { index, wanted } of found) {
    const { kind } = wanted;
    if (each === 0 || (index + 1) * each > data.length) return runFailed("the model answered fewer masks than boxes");
    if (classes > 1 && !(kind !== undefined && kind >= 0 && kind < classes))
      return runFailed(`the model has masks of ${classes} classes, and nothing says which class a box is of`);
    const from = data.subarray(index * each, (index + 1) * each);
    const step = isChannelsFirst(masks) ? 1 : classes;
    const first = classes === 1 ? 0 : (kind ?? 0) * (isChannelsFirst(masks) ? height * width : 1);
    const values = Float32Array.from({ length: height * width }, (_, i) =>
      probability(from[first + i * step], meaning),
    );
    soft.push({ height, width, values });
  }
  return soft;
}

function probability(value: number | undefined, { values }: MasksMeaning): number {
  if (value === undefined || Number.isNaN(value)) return 0;
  return values === "logits" ? 1 / (1 + Math.exp(-value)) : value;
}
