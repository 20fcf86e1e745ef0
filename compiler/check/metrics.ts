// `HG[52].trunk.depth`: what the language can ask of a model, or of a named value inside it.
import type { Block, Body, Model, Name } from "../../grammar/index.ts";
import { type Dim, DimLimitError, isSymbolic, variablesOf } from "../ir/dim.ts";
import type { Graph, Value as GraphValue, Node, TensorType } from "../ir/graph.ts";
import {
  countBuffers,
  countMacs,
  countParams,
  measureDepth,
  measurePeak,
  measureReceptiveField,
  reachable,
  seenTargets,
} from "../ops/measure.ts";
import type { Built, Context, Elaborated } from "./context.ts";
import { SizeFacts } from "./sizes.ts";
import { underlying } from "./underlying.ts";
import { type DeclaredBlock, float, int, list, show, str, tensorOf, tensorsIn, unknown, type Value } from "./values.ts";

export const metricNames: readonly string[] = [
  "params",
  "buffers",
  "macs",
  "depth",
  "rf",
  "peak",
  "nodes",
  "shape",
  "requires",
  "skips",
];

/** The names that can be read inside a model: its statements, `as` names, inputs, and the fields of its result. */
export function valueNames({ signature, body }: Block | Model): readonly string[] {
  const names = new Set<string>(signature.ports?.map((port) => port.name.text) ?? []);
  collectNames(body, names);
  for (const field of resultFields(body)) names.add(field.text);
  return [...names];
}

function resultFields(body: Body): readonly Name[] {
  const result =
    body.kind === "expression" ? body.value : body.statements.find((statement) => statement.kind === "return")?.value;
  return result?.kind === "record" ? result.fields.map((field) => field.label) : [];
}

function collectNames(part: unknown, names: Set<string>): void {
  if (Array.isArray(part)) for (const item of part) collectNames(item, names);
  if (typeof part !== "object" || part === null || Array.isArray(part)) return;
  const node = part as { kind?: string; name?: Name; names?: readonly Name[]; pattern?: unknown; alias?: Name };
  const states = ["let", "skip", "input", "output", "loss", "name"].includes(node.kind ?? "");
  if (states && typeof node.name === "object") names.add(node.name.text);
  if (node.kind === "tuple" || node.kind === "record") for (const name of node.names ?? []) names.add(name.text);
  if (node.alias) names.add(node.alias.text);
  for (const [key, child] of Object.entries(part)) if (!key.endsWith("pan")) collectNames(child, names);
}

type Tap = Extract<Value, { kind: "tap" }>;

/** The model as a graph, reported into `c`; undefined where it has errors. */
export function graphFor(model: DeclaredBlock, c: Context): Elaborated | undefined {
  const resolved = underlying(model, c);
  if (!resolved) return undefined;
  const { train, diagnostics } = c.session.elaborate(resolved, c.session);
  for (const diagnostic of diagnostics) c.add(diagnostic);
  return diagnostics.some(({ severity }) => severity === "error") ? undefined : train;
}

export function metricOf(tap: Tap, metric: Name, c: Context): Value {
  const elaborated = graphFor(tap.model, c);
  const built = elaborated?.build();
  if (!elaborated || !built) return unknown;
  const { graph } = built;
  const targets = tap.labels.length === 0 ? wholeTargets(graph, metric) : tapped(tap, built, c);
  if (!targets) return unknown;
  const nodes = tap.labels.length === 0 ? graph.nodes : reachable(graph.nodes, targets);
  try {
    return measure(metric, graph, nodes, targets, elaborated.skips, c);
  } catch (error) {
    if (!(error instanceof DimLimitError)) throw error;
    c.report("DM3116", metric.span, { what: `${show(tap)}.${metric.text}` });
    return unknown;
  }
}

const wholeTargets = (graph: Graph, metric: Name): readonly GraphValue[] =>
  metric.text === "rf" ? seenTargets(graph) : [...graph.outputs, ...graph.losses].map(({ value }) => value);

function tapped(tap: Tap, built: Built, c: Context): readonly GraphValue[] | undefined {
  const [first, ...rest] = tap.labels;
  let value = first && (built.names.get(first.text) ?? outputNamed(first.text, built));
  for (const label of rest) {
    const field: Value | undefined = value?.kind === "record" ? value.fields.get(label.text) : undefined;
    if (!field) c.report("DM2004", label.span, { owner: show(tap), what: "value", name: label.text });
    value = field;
  }
  const targets = value ? tensorsIn(value).flatMap((tensor) => (tensor.value ? [tensor.value] : [])) : [];
  if (targets.length > 0) return targets;
  if (first && value)
    c.report("DM2004", first.span, {
      owner: tap.model.name,
      what: "tensor",
      name: tap.labels.map((label) => label.text).join("."),
    });
  return undefined;
}

/** A field of the result that has no name inside the model: `return { dist: a -> dense(1) }`. */
function outputNamed(name: string, { graph }: Built): Value | undefined {
  const output = graph.outputs.find((port) => port.name === name);
  return output && tensorOf({ type: output.value.type, value: output.value });
}

function measure(
  metric: Name,
  graph: Graph,
  nodes: readonly Node[],
  targets: readonly GraphValue[],
  skips: readonly string[],
  c: Context,
): Value {
  switch (metric.text) {
    case "params":
      return reportOpenWeights(nodes, graph, c) ? unknown : int(countParams(nodes));
    case "buffers":
      return reportOpenWeights(nodes, graph, c) ? unknown : int(countBuffers(nodes));
    case "macs":
      return int(countMacs(graph, nodes));
    case "depth":
      return int(measureDepth(nodes, targets));
    case "nodes":
      return int(nodes.length);
    case "shape":
      return str(targets[0] ? typeText(targets[0].type, graph) : "");
    case "requires":
      return str(graph.rules.text);
    case "skips":
      return list(skips.map(str));
    case "rf": {
      const field = measureReceptiveField(nodes, targets);
      if (typeof field === "number") return Number.isInteger(field) ? int(field) : float(field);
      return field === "all"
        ? str("all")
        : list(field.map((extent) => (Number.isInteger(extent) ? int(extent) : float(extent))));
    }
    default: {
      const peak = measurePeak(graph, nodes, targets);
      if (peak !== undefined) return int(peak);
      c.report("DM4105", metric.span, { condition: "peak memory", variables: graph.free.join(" and ") });
      return unknown;
    }
  }
}

/** "[N, S, S, 1]", in the user's variables. */
export function typeText(type: TensorType, graph: Graph): string {
  const facts = new SizeFacts(graph.rules.origins);
  const dims = `[${type.dims.map((dim) => facts.show(dim)).join(", ")}]`;
  return type.dtype === "f32" ? dims : `${type.dtype}${dims}`;
}

/** Weights whose shape is still open are reported once (DM4208, DM3115); true where there are any. */
export function reportOpenWeights(nodes: readonly Node[], graph: Graph, c: Context): boolean {
  const facts = new SizeFacts(graph.rules.origins);
  for (const node of nodes) {
    const open = Object.values(node.weights)
      .flatMap((weight) => weight.dims)
      .find(isSymbolic);
    if (!open) continue;
    const inner = [...variablesOf(open)][0] ?? "";
    const name = graph.rules.origins.get(inner)?.name ?? inner;
    const symbolic = Object.entries(node.params).find(
      ([, value]) => typeof value === "object" && !Array.isArray(value),
    );
    const details = { chain: node.origin.chain };
    if (symbolic)
      c.report(
        "DM3115",
        node.origin.span,
        { callee: node.op, param: symbolic[0], actual: facts.show(symbolic[1] as Dim), variable: name },
        details,
      );
    else
      c.report(
        "DM4208",
        node.origin.span,
        { op: node.op, count: facts.show(node.inputs[0]?.type.dims.at(-1) ?? open), variable: name },
        details,
      );
    return true;
  }
  return false;
}

/** Numbers of one weight, and of all weights together, that a file or a runtime can hold. */
const weightLimit = 2 ** 31 - 1;
const paramLimit = 1e10;

/** Weights that no target could write (DM3210); true where there are any. */
export function reportLargeWeights(graph: Graph, c: Context): boolean {
  let total = 0;
  for (const node of graph.nodes) {
    for (const weight of Object.values(node.weights)) {
      const count = weight.dims.reduce<number>((product, dim) => product * (isSymbolic(dim) ? 1 : dim), 1);
      total += count;
      if (count <= weightLimit && total <= paramLimit) continue;
      const one = count > weightLimit;
      const slots = {
        name: one ? `the ${weight.path.split("/").at(-1)} of this ${node.op}` : graph.name,
        count: one ? count : `more than ${paramLimit}`,
        what: one ? "numbers" : "parameters",
        limit: one ? "2^31 - 1" : "10^10",
      };
      c.report("DM3210", node.origin.span, slots, { chain: node.origin.chain });
      return true;
    }
  }
  return false;
}
