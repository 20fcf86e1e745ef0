// A model as a whole. It is elaborated twice: first with free sizes, to find its size rule and its node
// count; then with the rule substituted (S = 32·s), to build the graph.

import type { Diagnostic } from "../../../grammar/index.ts";
import type { Phase } from "../../ir/graph.ts";
import type { Dim } from "../../sizes/dim/dim.ts";
import { nodeLimit } from "../state/builder.ts";
import { Context, Stop } from "../state/context.ts";
import { building, findingSizes } from "../state/modes.ts";
import type { Built, Elaborated, Session } from "../state/session.ts";
import { substituted } from "../state/substitution.ts";
import { holdsUnknown } from "../values/data.ts";
import { rootPaths } from "../values/paths.ts";
import type { DeclaredBlock } from "../values/value.ts";
import { graphOf } from "./graph.ts";
import { type Root, runRoot } from "./root.ts";
import { sizeRules, withFreedSizes } from "./size-rules.ts";

/** Elaborates one phase; the result is remembered in the session. */
export function elaborateModel(model: DeclaredBlock, phase: Phase, session: Session): Elaborated {
  const key = `${phase} ${model.name} ${session.keys.ofBlock(model)}`;
  const known = session.elaborated.get(key);
  if (known) return known;
  const result = withFreedSizes(model, phase, session, elaborateFresh(model, phase, session));
  // What a budget cut short may go further in another one.
  if (!session.budget.ranOut) session.elaborated.set(key, result);
  return result;
}

function elaborateFresh(model: DeclaredBlock, phase: Phase, session: Session): Elaborated {
  const first = new Context(session, phase, findingSizes);
  const found = runRoot(model, first, new Map());
  if (!first.failed && first.builder.count > BigInt(nodeLimit)) {
    first.report("DM3209", model.declaration.name.span, {
      name: model.name,
      count: String(first.builder.count),
      limit: nodeLimit,
    });
  }
  // A result that nobody knows without a mistake is that of a text that did not parse.
  const failed = !found || first.failed || holdsUnknown(found.result.value);
  const { diagnostics, skips, phased } = first;
  // They are of no use any more, and the sizes hold on to the context.
  first.expansions.clear();
  let built: Built | readonly Diagnostic[] | undefined;
  const build: Elaborated["build"] = (report) => {
    if (failed) return undefined;
    built ??= buildGraph(model, first, session);
    if ("graph" in built) return built;
    for (const diagnostic of built) report(diagnostic);
    return undefined;
  };
  return {
    diagnostics,
    failed,
    build,
    skips: [...skips],
    sizes: first.sizes,
    phased,
    weighted: first.builder.weighted > 0,
  };
}

/** The graph, or the limits that only a body run without shortcuts meets. */
function buildGraph(model: DeclaredBlock, first: Context, session: Session): Built | readonly Diagnostic[] {
  const { substitutions, origins, known } = substituted(first.sizes.known);
  const { c, root } = runNamed(
    model,
    substitutions,
    () => new Context(session, first.phase, building, { origins, known }),
  );
  if (session.budget.ranOut) throw new Stop();
  if (!root || c.failed) {
    const [wrong] = c.diagnostics.filter(({ code }) => !limits.has(code));
    if (!wrong && c.failed) return c.diagnostics;
    throw new Error(`internal: ${model.name} was checked but cannot be built: ${wrong?.message ?? "stopped"}`);
  }
  const rules = sizeRules(first.sizes, origins, model, root.relations);
  return { graph: graphOf(model, root, c, rules, first.phase), names: root.scope.names, nodes: c.builder.nodes };
}

/** Levels of nesting, nodes and steps. */
const limits: ReadonlySet<string> = new Set(["DM3207", "DM3208", "DM3209"]);

/** Runs the body; where it gives a name that was counted before, once more with that name left to it. */
function runNamed(
  model: DeclaredBlock,
  substitutions: ReadonlyMap<string, Dim>,
  contextOf: () => Context,
): { readonly c: Context; readonly root: Root | undefined } {
  const kept = new Set<string>();
  for (;;) {
    const c = contextOf();
    const paths = rootPaths(kept);
    const root = runRoot(model, c, substitutions, paths);
    const taken = paths.namesTaken(c.builder.clashes);
    if (taken.size === 0) return { c, root };
    for (const path of taken) kept.add(path);
  }
}
