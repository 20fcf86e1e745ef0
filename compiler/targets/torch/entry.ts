// What the model checks when something flows in: ranks, known sizes, sizes that must agree, and the size rule,
// with the words of the compiler.

import type { Graph, Value } from "../../ir/graph.ts";
import { NeedsFixedSize } from "../../ops/kit/fixed-size.ts";
import {
  call,
  type Expression,
  formatted,
  item,
  literal,
  member,
  method,
  name as named,
  operation,
} from "../../ops/kit/python.ts";
import { type Dim, formatDim, isSymbolic, type SymbolicDim } from "../../sizes/dim/dim.ts";
import { describeSizes } from "../../sizes/set/describe.ts";
import { dimsIn } from "../channels-first.ts";
import { formOfPort } from "./conversions.ts";
import { localNames, localSpelling } from "./names.ts";
import { escapedText, flat, lineWidth, operandsOf, statement } from "./printer.ts";
import { lineOf, refusals, sizeOf } from "./sizes.ts";
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
  size(name: string): Expression;
}

/** `names` are those of the inputs in Python. */
export function entryOf(graph: Graph, names: readonly string[], layout: Layout): Entry {
  const shown = shownSizes(graph, names, layout);
  const size = (name: string): Expression => {
    const line = shown.get(name);
    if (line === undefined) throw new NeedsFixedSize("size", graph.inputs[0]?.value.type.dims[0] ?? 0);
    const whole = shifted(line.read, -line.offset);
    return line.slope === 1 ? whole : operation("//", whole, literal(line.slope));
  };
  const inputs = { graph, layout, shown, size };
  const lines = graph.inputs.flatMap(({ value }, i) => inputLines(inputs, names[i] ?? "", value));
  return { lines: [...lines, ...ruleLines(inputs, names)], size };
}

/** An axis of an input that shows a free size: `read` is `slope·v + offset`. */
interface Shown {
  readonly read: Expression;
  readonly axis: string;
  readonly slope: number;
  readonly offset: number;
}

interface Inputs {
  readonly graph: Graph;
  readonly layout: Layout;
  /** By the name of the size. */
  readonly shown: ReadonlyMap<string, Shown>;
  size(name: string): Expression;
}

/** `x.shape[2]`. */
const axisOf = (name: string, axis: number): Expression => item(member(named(name), "shape"), literal(axis));

/** `e + by`, with the sign as the operator. */
const shifted = (e: Expression, by: number): Expression =>
  by === 0 ? e : operation(by < 0 ? "-" : "+", e, literal(Math.abs(by)));

/** The first axis that shows each size. */
function shownSizes(graph: Graph, names: readonly string[], layout: Layout): ReadonlyMap<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const [i, { value }] of graph.inputs.entries()) {
    const name = names[i] ?? "";
    for (const [axis, dim] of portDims(value, layout).entries()) {
      const line = isSymbolic(dim) ? lineOf(dim) : undefined;
      if (!line || shown.has(line.name)) continue;
      shown.set(line.name, { ...line, read: axisOf(name, axis), axis: `${name} ${axis}` });
    }
  }
  return shown;
}

function inputLines(inputs: Inputs, name: string, value: Value): readonly string[] {
  const { graph, layout } = inputs;
  const dims = portDims(value, layout);
  const conditions = [operation("!=", method(named(name), "dim"), literal(dims.length))];
  const first = new Map<string, Expression>();
  for (const [axis, dim] of dims.entries()) {
    const read = axisOf(name, axis);
    const known = isSymbolic(dim) ? first.get(dim.key) : undefined;
    if (known) conditions.push(operation("!=", known, read));
    else if (!isSymbolic(dim)) conditions.push(operation("!=", read, literal(dim)));
    else {
      first.set(dim.key, read);
      conditions.push(...sizeConditions(inputs, dim, read, `${name} ${axis}`));
    }
  }
  const message = `${graph.name} takes ${name}: ${shapeText(dims, graph)}, not `;
  return [...condition(conditions), ...raising(message, call("list", [member(named(name), "shape")]))];
}

/** What an axis must be, where another one shows its size, or where it shows a multiple that no size rule knows. */
function sizeConditions(
  { graph, shown, size }: Inputs,
  dim: SymbolicDim,
  read: Expression,
  axis: string,
): readonly Expression[] {
  const line = shown.get(lineOf(dim)?.name ?? "");
  if (line?.axis !== axis) return [operation("!=", read, sizeOf(dim, size))];
  const origin = graph.rules.origins.get(lineOf(dim)?.name ?? "");
  const isRule = origin?.modulus === line.slope && origin.residue === line.offset;
  if (line.slope === 1 || isRule) return [];
  return [operation("!=", operation("%", shifted(read, -line.offset), literal(line.slope)), literal(0))];
}

function condition(tests: readonly Expression[]): readonly string[] {
  const test = operation("or", ...tests);
  const line = `    if ${flat(test)}:`;
  if (line.length <= lineWidth) return [line];
  return ["    if (", ...operandsOf(test).map(({ before, text }) => `        ${before}${text}`), "    ):"];
}

/** The braces of `found` are the place of an f-string; those of `message` are braces. */
function raising(message: string, found: Expression): readonly string[] {
  const text = escapedText(message.replace(/[{}]/g, "$&$&")).replace(/"/g, "'");
  return statement("raise ", call("ValueError", [formatted(`${text}{${flat(found)}}`)]), 2);
}

function ruleLines(inputs: Inputs, names: readonly string[]): readonly string[] {
  const { name: title, rules } = inputs.graph;
  const locals = localNames(names);
  return [...rules.sizes].flatMap(([name, set]) => {
    const shown = userSize(inputs, name);
    const text = describeSizes(set, name);
    if (shown === undefined || text === "") return [];
    const local = locals.claim(localSpelling(name));
    const refused = refusals(set, named(local));
    return [
      ...statement(`${local} = `, shown, 1),
      ...refused.flatMap((test) => [
        ...condition([test]),
        ...raising(`${title} requires ${text}, but ${name} is `, named(local)),
      ]),
    ];
  });
}

/** The user's size, where an axis shows it or a substitute of it: S = 32·s. */
function userSize({ graph, shown, size }: Inputs, name: string): Expression | undefined {
  if (shown.has(name)) return size(name);
  for (const [step, { name: own, modulus, residue }] of graph.rules.origins) {
    const line = shown.get(step);
    if (own !== name || !line) continue;
    if (line.slope === modulus && line.offset === residue) return line.read;
    return shifted(operation("*", literal(modulus), size(step)), residue);
  }
  return undefined;
}
