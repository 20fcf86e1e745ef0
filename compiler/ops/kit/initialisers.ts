// The names of initialisers that layers take, and what they mean.

import type { Initialiser } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import type { WeightSpec } from "./primitive.ts";

const byFans = [
  "glorot_uniform",
  "glorot_normal",
  "he_uniform",
  "he_normal",
  "he_normal_fan_out",
  "lecun_normal",
] as const;
export const initialiserNames = [...byFans, "normal", "zeros"] as const;
export const initDocs =
  "initial kernel; the default is Keras's, PyTorch's own is none of these; normal has deviation 0.01, he_normal_fan_out divides by what flows out";

export function initialiser(name: string, fanIn: Dim, fanOut: Dim): Initialiser {
  const kind = byFans.find((known) => known === name);
  if (kind) return { kind, fanIn, fanOut };
  return name === "normal" ? { kind: "normal", deviation: 0.01 } : { kind: "constant", value: 0 };
}

/** One trainable number per channel. */
export function perChannel(channels: Dim, value: number, trainable = true): WeightSpec {
  return { axes: "C", dims: [channels], initialiser: { kind: "constant", value }, trainable };
}
