// The weights of a model by their paths, and what PyTorch calls them. ONNX and tfjs name them by their paths.
import type { Paint } from "./paint.ts";
import { tableLines } from "./table.ts";

export interface WeightPath {
  readonly path: string;
  /** Sizes as numbers, or as expressions where they are free. */
  readonly shape: readonly (number | string)[];
  /** False for moving statistics. */
  readonly trainable: boolean;
  /** Undefined where PyTorch has no such weight, or the model cannot be written for it. */
  readonly torch?: { readonly name: string; readonly shape: readonly number[] };
}

export const pathsDocument = (weights: readonly WeightPath[]) =>
  weights.map(({ path, shape, trainable, torch }) => ({ path, shape, trainable, torch: torch ?? null }));

/** One line for each, in the order of the text. */
export function pathsText(weights: readonly WeightPath[], paint: Paint): string {
  const rows = weights.map(({ path, shape, torch }): readonly string[] => [
    path,
    `[${shape.join(", ")}]`,
    ...(torch ? [torch.name, `[${torch.shape.join(", ")}]`] : []),
  ]);
  const hasTorch = weights.some(({ torch }) => torch !== undefined);
  const header = ["weight", "shape", ...(hasTorch ? ["in PyTorch", ""] : [])];
  const [titles = "", ...lines] = tableLines([header, ...rows]);
  return `${[paint.faint(titles), ...lines].join("\n")}\n`;
}
