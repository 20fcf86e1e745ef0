// A lowering that needs a number where the model has a free size throws this; the target reports it
// as DM7001 at the node. Everything else that a lowering throws is a bug.
import type { Dim } from "../../sizes/dim/dim.ts";

export class NeedsFixedSize extends Error {
  /** What the message calls the axis: "height", "width", "channels". */
  readonly axis: string;
  readonly dim: Dim;

  constructor(axis: string, dim: Dim) {
    super(`needs a fixed ${axis}`);
    this.axis = axis;
    this.dim = dim;
  }
}

export function fixedSize(dim: Dim, axis: string): number {
  if (typeof dim !== "number") throw new NeedsFixedSize(axis, dim);
  return dim;
}
