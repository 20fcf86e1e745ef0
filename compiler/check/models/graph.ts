// What an elaboration made, as a graph.

import type { Graph, GraphOutput, Phase, SizeRules } from "../../ir/graph.ts";
import { freeNames, reachable } from "../../ir/graph-walk.ts";
import type { Context } from "../state/context.ts";
import { docsOf, finished } from "../state/instances.ts";
import { tensorsIn } from "../values/data.ts";
import type { DeclaredBlock } from "../values/value.ts";
import { outputsOf } from "./outputs.ts";
import type { Root } from "./root.ts";

// ---- the graph

export function graphOf(model: DeclaredBlock, root: Root, c: Context, rules: SizeRules, phase: Phase): Graph {
  const outputs = outputsOf(root.result);
  const losses = root.result.losses.flatMap(({ name, value }) =>
    tensorsIn(value).flatMap((tensor) => (tensor.value ? [{ name, value: tensor.value }] : [])),
  );
  const nodes = reachable(
    c.builder.nodes,
    [...outputs, ...losses].map((output: GraphOutput) => output.value),
  );
  return {
    name: model.name,
    declared: model.declaration.name.span,
    phase,
    inputs: root.inputs,
    outputs,
    losses,
    nodes,
    instances: c.builder.instances.map(finished),
    words: c.builder.words,
    ...(model.declaration.doc === undefined ? {} : { doc: model.declaration.doc }),
    docs: docsOf(model.declaration),
    rules,
    provenance: root.provenance,
    free: freeNames(root.inputs, rules.origins),
  };
}
