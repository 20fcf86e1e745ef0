// What to say about an argument that an operator or a block does not have.
import { nearest } from "../../../grammar/index.ts";

/** What other libraries call our parameters. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["momentum", "decay"],
  ["epsilon", "eps"],
  ["kernel", "k"],
  ["kernel_size", "k"],
  ["filters", "c"],
  ["channels", "c"],
  ["out_channels", "c"],
  ["units", "c"],
  ["features", "c"],
  ["strides", "stride"],
  ["dilation", "rate"],
  ["dilation_rate", "rate"],
  ["padding", "pad"],
  ["use_bias", "bias"],
  ["scale_factor", "s"],
  ["size", "s"],
  ["negative_slope", "slope"],
  ["kernel_initializer", "init"],
]);

const decayNote =
  " (decay is the weight kept by the running average; PyTorch's momentum is 1 - decay, Keras's is decay)";

/** "did you mean decay?" for a parameter that does not exist. */
export function suggestParameter(name: string, known: readonly string[]): string[] {
  const other = otherNames.get(name);
  const guess = other !== undefined && known.includes(other) ? other : nearest(name, known);
  if (guess !== undefined) return [`did you mean ${guess}?${guess === "decay" ? decayNote : ""}`];
  return known.length === 0 ? [] : [`its parameters are ${known.join(", ")}`];
}
