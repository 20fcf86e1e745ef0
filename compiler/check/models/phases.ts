// Both phases of a model, and what training never reaches.

import type { Diagnostic, Expression } from "../../../grammar/index.ts";
import { Budget } from "../../budget/budget.ts";
import { weightsOf } from "../../ops/measure.ts";
import { Context } from "../state/context.ts";
import { findingSizes } from "../state/modes.ts";
import type { BothPhases, Elaborated, Session } from "../state/session.ts";
import { newTextMemo } from "../text/memo.ts";
import { Keys } from "../values/keys.ts";
import type { DeclaredBlock, Value } from "../values/value.ts";
import { elaborateModel } from "./elaborate.ts";

// ---- both phases

export interface SessionOptions {
  readonly budget?: Budget;
  /** Hears what each expression means, each time that it is evaluated. */
  readonly watch?: (expression: Expression, value: Value) => void;
}

/** A fresh session. Questions that share one are answered alike, and nothing is evaluated twice for them. */
export const newSession = ({ budget = new Budget(), watch }: SessionOptions = {}): Session => ({
  budget,
  elaborated: new Map(),
  constants: new Map(),
  open: [],
  tooDeep: new Map(),
  expansions: new Map(),
  text: newTextMemo(),
  keys: new Keys(),
  extents: new WeakMap(),
  elaborate: elaborateBoth,
  ...(watch && {
    watch: (expression: Expression, value: Value) => {
      watch(expression, value);
      return value;
    },
  }),
});

/** The train graph, and everything that is wrong in either phase. */
export function elaborateBoth(model: DeclaredBlock, session: Session): BothPhases {
  const train = elaborateModel(model, "train", session);
  if (!train.phased) return { train, infer: train, diagnostics: train.diagnostics };
  const infer = elaborateModel(model, "infer", session);
  const seen = new Set(train.diagnostics.map(({ code, span }) => `${code} ${span.source.name} ${span.start}`));
  const more = infer.diagnostics.filter(({ code, span }) => !seen.has(`${code} ${span.source.name} ${span.start}`));
  return { train, infer, diagnostics: [...train.diagnostics, ...more, ...untrained(model, train, infer, session)] };
}

/** Weights of the infer graph that training never reaches (DM5202). */
function untrained(
  model: DeclaredBlock,
  train: Elaborated,
  infer: Elaborated,
  session: Session,
): readonly Diagnostic[] {
  if (!infer.weighted) return [];
  const c = new Context(session, "infer", findingSizes);
  const [trainGraph, inferGraph] = [train.build(c.adds)?.graph, infer.build(c.adds)?.graph];
  if (!trainGraph || !inferGraph) return c.diagnostics;
  const trained = new Set(weightsOf(trainGraph.nodes).map((weight) => weight.path));
  const loose = inferGraph.nodes.filter((node) =>
    Object.values(node.weights).some((weight) => !trained.has(weight.path)),
  );
  const [first] = loose;
  if (!first) return [];
  const paths = loose.slice(0, 4).map((node) => node.path);
  const more = loose.length > 4 ? ` and ${loose.length - 4} more` : "";
  c.report(
    "DM5202",
    first.origin.span,
    { model: model.name, paths: paths.join(", ") + more },
    { chain: first.origin.chain },
  );
  return c.diagnostics;
}
