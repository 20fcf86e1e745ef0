// What the model checks when something flows in: ranks, known sizes, sizes that must agree, and the size rule,
// with the words of the compiler.
import { type Dim, formatDim, isSymbolic } from "../../ir/dim.ts";
import type { Graph, Value } from "../../ir/graph.ts";
import { describeSizes } from "../../ir/size-set.ts";
import { NeedsFixedSize } from "../../ops/fixed-size.ts";
import { formOfPort } from "./conversions.ts";
import { dimsIn } from "./forms.ts";
import { LocalNames } from "./names.ts";
import { lineWidth, statement } from "./python.ts";
import { lineOf, refusals, sizeText } from "./sizes.ts";
import type { Layout } from "./steps.ts";

/** Dims as callers of the model see them. */
export const portDims = (value: Value, layout: Layout): readonly Dim[] =>
  dimsIn(formOfPort(value, layout), value.type.dims);

export const shapeText = (dims: readonly Dim[], { rules }: Graph): string =>
  `[${dims.map((dim) => formatDim(dim, rules.origins)).join(", ")}]`;

export interface Entry {
  /** The body of `check_sizes`. */
  readonly lines: readonly string[];
  /** An expression for a free size of the graph, by its name there. */
  size(name: string): string;
}

/** `names` are those of the inputs in Python. */
export function entryOf(graph: Graph, names: readonly string[], layout: Layout): Entry {
  const bound = boundSizes(graph, names, layout);
  const size = (name: string): string => {
    const text = bound.get(name);
    if (text === undefined) throw new NeedsFixedSize("size", graph.inputs[0]?.value.type.dims[0] ?? 0);
    return text;
  };
  const lines = graph.inputs.flatMap(({ value }, i) => inputLines(graph, names[i] ?? "", value, layout, size));
  return { lines: [...lines, ...ruleLines(graph, names, size)], size };
}

/** The first axis that shows each size. */
function boundSizes(graph: Graph, names: readonly string[], layout: Layout): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  for (const [i, { value }] of graph.inputs.entries()) {
    for (const [axis, dim] of portDims(value, layout).entries()) {
      const line = isSymbolic(dim) ? lineOf(dim) : undefined;
      if (!line || bound.has(line.name)) continue;
      const read = `${names[i]}.shape[${axis}]`;
      const shifted = line.offset === 0 ? read : `(${read} ${line.offset < 0 ? "+" : "-"} ${Math.abs(line.offset)})`;
      bound.set(line.name, line.slope === 1 ? shifted : `${shifted} // ${line.slope}`);
    }
  }
  return bound;
}

function inputLines(
  graph: Graph,
  name: string,
  value: Value,
  layout: Layout,
  size: (name: string) => string,
): readonly string[] {
  const dims = portDims(value, layout);
  const conditions = [`${name}.dim() != ${dims.length}`];
  const first = new Map<string, string>();
  for (const [axis, dim] of dims.entries()) {
    const read = `${name}.shape[${axis}]`;
    if (!isSymbolic(dim)) conditions.push(`${read} != ${dim}`);
    else if (first.has(dim.key)) conditions.push(`${first.get(dim.key)} != ${read}`);
    else {
      first.set(dim.key, read);
      const wanted = sizeText(dim, size);
      if (!wanted.includes(read)) conditions.push(`${read} != ${wanted}`);
    }
  }
  const message = `${graph.name} takes ${name}: ${shapeText(dims, graph)}, not `;
  return [...condition(conditions), ...raising(message, `{list(${name}.shape)}`)];
}

function condition(parts: readonly string[]): readonly string[] {
  const line = `    if ${parts.join(" or ")}:`;
  if (line.length <= lineWidth) return [line];
  return ["    if (", ...parts.map((part, i) => `        ${i === 0 ? "" : "or "}${part}`), "    ):"];
}

/** The braces of `found` are the places of an f-string; those of `message` are braces. */
function raising(message: string, found: string): readonly string[] {
  const text = message.replace(/[{}]/g, "$&$&").replace(/\\/g, "\\\\").replace(/"/g, "'");
  return statement(`raise ValueError(f"${text}${found}")`, 2);
}

function ruleLines(graph: Graph, names: readonly string[], size: (name: string) => string): readonly string[] {
  const { sizes } = graph.rules;
  const locals = new LocalNames(names);
  return [...sizes].flatMap(([name, set]) => {
    const shown = userSize(graph, name, size);
    const text = describeSizes(set, name);
    if (shown === undefined || text === "") return [];
    const local = locals.claim(name);
    const refused = refusals(set, local);
    return [
      `    ${local} = ${shown}`,
      ...refused.flatMap((test) => [
        ...condition([test]),
        ...raising(`${graph.name} requires ${text}, but ${name} is `, `{${local}}`),
      ]),
    ];
  });
}

/** The user's size, where the graph has it or a substitute of it free. */
function userSize({ inputs, rules }: Graph, name: string, size: (name: string) => string): string | undefined {
  const isFree = (variable: string): boolean =>
    inputs.some(({ value }) => value.type.dims.some((dim) => isSymbolic(dim) && lineOf(dim)?.name === variable));
  if (isFree(name)) return size(name);
  for (const [step, origin] of rules.origins) {
    if (origin.name !== name || !isFree(step)) continue;
    const text = size(step);
    const direct = new RegExp(`^(.*) // ${origin.modulus}$`).exec(text);
    const shift = origin.residue;
    if (direct?.[1] && shift === 0) return direct[1];
    const scaled = `${origin.modulus} * ${/^[\w.[\]]+$/.test(text) ? text : `(${text})`}`;
    return shift === 0 ? scaled : `${scaled} ${shift < 0 ? "-" : "+"} ${Math.abs(shift)}`;
  }
  return undefined;
}
