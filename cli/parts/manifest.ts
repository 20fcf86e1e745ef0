// parts.json: what a runtime needs to know of the parts beside it, before it opens one.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatDim, type Graph, type GraphInput, pixelInput, portPrecisions } from "../../compiler/index.ts";
import { version } from "../home.ts";
import { layoutOf, precisionNamed, type TargetOptions } from "../targets/index.ts";

export const manifestName = "parts.json";

export interface BuiltPart {
  readonly name: string;
  /** A file, or a directory, beside the manifest. */
  readonly file: string;
  readonly graph: Graph;
}

/** `others`: what else was written beside the parts. */
export function manifestOf(
  model: string,
  target: string,
  parts: readonly BuiltPart[],
  options: TargetOptions,
  others: readonly string[] = [],
): string {
  const document = {
    format: "deepmacc parts",
    version: 1,
    compiler: version(),
    model,
    target,
    layout: layoutOf(options),
    parts: parts.map(({ name, file, graph }) => ({
      name,
      file,
      inputs: graph.inputs.map((port) => ({ ...portOf(port, graph, options), ...pixelsIn(port, graph, options) })),
      outputs: graph.outputs.map((port) => portOf(port, graph, options)),
      ...(graph.rules.text !== "" && { requires: graph.rules.text }),
      ...settingsOf(graph),
    })),
    ...(others.length > 0 && { others }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const types = { f32: "float32", i32: "int32", bool: "bool" } as const;

/** As the file has it: free axes by name (`H/4`), in the order that `--layout` asks for. */
function portOf({ name, value: { type } }: GraphInput, graph: Graph, options: TargetOptions) {
  const { rules } = graph;
  const precisions = portPrecisions(graph, precisionNamed(options.ports, "--ports"));
  const dims = type.dims.map((dim) => (typeof dim === "number" ? dim : formatDim(dim, rules.origins)));
  const isMoved = layoutOf(options) === "nchw" && dims.length >= 4;
  const isHalf = type.dtype === "f32" && precisions.get(name) === "f16";
  return {
    name,
    type: isHalf ? "float16" : types[type.dtype],
    dims: isMoved ? [...dims.slice(0, -3), ...dims.slice(-1), ...dims.slice(-3, -1)] : dims,
  };
}

/** With `--image-in-graph`. */
const pixelsIn = ({ name }: GraphInput, graph: Graph, { imageInGraph }: TargetOptions) =>
  imageInGraph === true && pixelInput(graph) === name ? { type: "uint8" } : {};

/** `@image` and `@masks`, where the part has what they are about. */
const settingsOf = ({ provenance }: Graph): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    provenance.flatMap(({ annotation, text, hasSettings }) => (hasSettings ? [[annotation, JSON.parse(text)]] : [])),
  );

/** The files of a build, by the manifest that it left. */
export function filesOf(folder: string): ReadonlySet<string> {
  const path = join(folder, manifestName);
  const names = new Set([manifestName]);
  if (!existsSync(path)) return names;
  try {
    const { parts, others = [] } = JSON.parse(readFileSync(path, "utf8")) as {
      readonly parts?: readonly { readonly file?: string }[];
      readonly others?: readonly string[];
    };
    for (const name of others) names.add(name);
    for (const { file } of parts ?? []) if (file !== undefined) names.add(file).add(`${file}.data`);
  } catch {
    // What is no manifest names nothing; the files stay.
  }
  return names;
}
