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
  ["out_features", "c"],
  ["num_features", "c"],
  ["num_filters", "c"],
  ["n_filters", "c"],
  ["num_output", "c"],
  ["output_channels", "c"],
  ["c_out", "c"],
  ["ksize", "k"],
  ["pool_size", "k"],
  ["kernel_shape", "k"],
  ["group", "groups"],
  ["num_groups", "groups"],
  ["pads", "pad"],
  ["padding_mode", "pad"],
  ["dilations", "rate"],
  ["p", "rate"],
  ["prob", "rate"],
  ["drop_prob", "rate"],
  ["alpha", "slope"],
  ["interpolation", "mode"],
  ["upscale_factor", "s"],
  ["scales", "s"],
  ["dim", "axis"],
  ["axes", "axis"],
  ["keepdim", "keep"],
  ["keepdims", "keep"],
  ["bias_initializer", "bias_init"],
  ["kernel_init", "init"],
  ["start", "from"],
  ["end", "to"],
  ["dtype", "to"],
]);

/** Arguments of other libraries that are said in another way here. */
const otherWays: ReadonlyMap<string, string> = new Map([
  ["activation", "an activation is an operator of its own: `-> relu`"],
  ["in_channels", "how many channels flow in is known from the left"],
  ["in_features", "how many features flow in is known from the left"],
  ["input_shape", "what flows in is known from the left; inputs have types, `on x: f32[N, H, W, 3]`"],
  ["input_dim", "what flows in is known from the left"],
  ["name", "`-> conv(8) as name` gives a name"],
  ["inplace", "nothing here changes in place; leave it out"],
  ["affine", "`scale` and `center` say which of gamma and beta are trained"],
  ["align_corners", "corners are not aligned here (half-pixel centres); leave it out where that is wanted"],
  ["data_format", "channels are the last axis; `--layout nchw` is for the file"],
  ["training", "`match phase { train => …, infer => … }` tells training from inference"],
  ["trainable", "what is trained is not said here"],
  ["kernel_regularizer", "what training adds is not said here"],
  ["return_indices", "it is not here"],
  ["output_padding", "it is not here; docs/not-here.md says what to do instead"],
  ["ceil_mode", "it is not here; `pad = half` rounds up"],
  ["count_include_pad", "padding is never counted"],
]);

const decayNote =
  " (decay is the weight kept by the running average; PyTorch's momentum is 1 - decay, Keras's is decay)";

const axisWords: ReadonlySet<string> = new Set(["axis", "axes", "dim"]);

const inSnakeCase = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

/** Our parameter for the word of another library. */
export function otherParameter(name: string, known: readonly string[]): string | undefined {
  const other = otherNames.get(name.toLowerCase()) ?? otherNames.get(inSnakeCase(name));
  return other !== undefined && known.includes(other) ? other : undefined;
}

/** "did you mean decay?" for a parameter that does not exist. */
export function suggestParameter(name: string, known: readonly string[]): string[] {
  const way = otherWays.get(inSnakeCase(name));
  if (way !== undefined) return [way];
  if (axisWords.has(name) && !known.includes("axis")) return ["channels are the last axis; leave it out"];
  const guess = otherParameter(name, known) ?? nearest(name, known);
  if (guess !== undefined) return [`did you mean ${guess}?${guess === "decay" ? decayNote : ""}`];
  return known.length === 0 ? [] : [`its parameters are ${known.join(", ")}`];
}
