// `HG[52].trunk.depth`: metrics of a model, or of a named value inside it.

import type { Name } from "../../../grammar/index.ts";
import type { Value as GraphValue } from "../../ir/graph.ts";
import { reachable } from "../../ir/graph-walk.ts";
import { DimLimitError } from "../../sizes/dim/dim.ts";
import { measure, wholeTargets } from "../compute/metrics.ts";
import type { Context } from "../state/context.ts";
import type { Built, Elaborated } from "../state/session.ts";
import { tensorsIn } from "../values/data.ts";
import { show } from "../values/show.ts";
import { type DeclaredBlock, tensorOf, unknown, type Value } from "../values/value.ts";
import { underlying } from "./aliases.ts";

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
  const built = elaborated?.build(c.adds);
  if (!elaborated || !built) return unknown;
  const { graph } = built;
  const targets = tap.labels.length === 0 ? wholeTargets(graph, metric) : tapped(tap, built, c);
  if (!targets) return unknown;
  const nodes = tap.labels.length === 0 ? graph.nodes : reachable(graph.nodes, targets);
  try {
    return measure({ metric, graph, nodes, targets, skips: elaborated.skips }, c);
  } catch (error) {
    if (!(error instanceof DimLimitError)) throw error;
    c.report("DM3116", metric.span, { what: `${show(tap)}.${metric.text}` });
    return unknown;
  }
}

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
