// `--image-in-graph`: an input takes pixels as they are stored, bytes from 0 to 255, red first; what `@image` says of order,
// range, mean and deviation is computed in the file. Resizing and padding stay with the caller.
import type { Graph } from "../../ir/graph.ts";
import type { Program } from "./program.ts";

interface Settings {
  readonly input: string;
  readonly order: string;
  readonly range: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The input that takes pixels where the graph normalises. */
export function pixelInput(graph: Graph): string | undefined {
  const text = imageTextOf(graph);
  const name = text === undefined ? undefined : (JSON.parse(text) as Settings).input;
  return graph.inputs.find((input) => input.name === name)?.name;
}

/** What `@image` says, as JSON; undefined where nothing is said. */
export const imageTextOf = ({ provenance }: Graph): string | undefined =>
  provenance.find(({ annotation, hasSettings }) => annotation === "image" && hasSettings)?.text;

/** The same, of a file whose graph normalises. */
export const withImageInGraph = (text: string): string => JSON.stringify({ ...JSON.parse(text), in_graph: true });

/** In the order of `prepareImage` of vision/: pixel · range / 255, less the mean, by the deviation. */
export function takePixels(program: Program, text: string, layout: "nchw" | "nhwc"): void {
  const { input, order, range, mean, std } = JSON.parse(text) as Settings;
  const type = program.typeOf(input);
  const axis = type.dims.length - (layout === "nchw" ? 3 : 1);
  const perChannel = layout === "nchw" ? [3, 1, 1] : [3];
  const path = `${input}/normalized`;
  const read = program.tensorName(path);
  program.rename(new Map([[input, read]]));
  program.types.set(input, { ...type, dtype: "u8" });
  const consumers = program.nodes;
  program.nodes = [];
  const float = { ...type, dtype: "f32" } as const;
  const step = (opType: string, inputs: readonly string[], attributes = {}): string =>
    program.add(opType, inputs, attributes, path, "", float);
  const constant = (values: readonly number[]): string => program.constant("f32", perChannel, values);
  let now = step("Cast", [input], { to: 1 });
  if (order === "bgr") now = step("Gather", [now, program.constant("i64", [3], [2, 1, 0])], { axis });
  if (range !== 255) now = step("Mul", [now, program.constant("f32", [], [range / 255])]);
  now = step("Sub", [now, constant(mean)]);
  now = step("Div", [now, constant(std)]);
  if (type.dtype === "f16") now = program.add("Cast", [now], { to: 10 }, path, "", type);
  program.rename(new Map([[now, read]]));
  program.nodes = [...program.nodes, ...consumers];
}
