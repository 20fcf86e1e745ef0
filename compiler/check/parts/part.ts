// A part of a model as a graph of its own: the model's graph, cut where the text says, with the types that the text
// gives to what flows in.
import type { Diagnostic } from "../../../grammar/index.ts";
import { cutGraph } from "../../ir/cut.ts";
import type { Graph, GraphOutput, Provenance, SizeRules, Value } from "../../ir/graph.ts";
import { freeNames, reachable } from "../../ir/graph-walk.ts";
import { describeSizes } from "../../sizes/set/describe.ts";
import { everySize, intersect, isEvery, type SizeSet, sizesModulo } from "../../sizes/set/set.ts";
import { Context } from "../state/context.ts";
import { findingSizes } from "../state/modes.ts";
import type { Built, Session } from "../state/session.ts";
import { substituted as substitutionOf } from "../state/substitution.ts";
import { uniqueNames } from "../values/named-tensors.ts";
import { adviceOn, namesOf } from "./advice.ts";
import { type CutModel, type GivenAt, givenOf, ownSizes } from "./given.ts";
import { missingValues } from "./missing.ts";
import { retyped } from "./retype.ts";
import { tensorsAt } from "./seam.ts";
import { substituted, withToldSizes } from "./told.ts";

export type { CutModel } from "./given.ts";

/** The graph of a part, or what keeps it from being cut out. */
export function partGraph(
  cut: CutModel,
  session: Session,
): { readonly graph?: Graph; readonly diagnostics: readonly Diagnostic[] } {
  const { rules, phase } = cut.built.graph;
  const c = new Context(session, phase, findingSizes, { ...substitutionOf(rules.sizes), origins: rules.origins });
  const graph = c.untilStopped(() => cutOut(cut, c));
  return graph && !c.failed ? { graph, diagnostics: c.diagnostics } : { diagnostics: c.diagnostics };
}

/** Of a node that may be walked over, asked and made anew, in steps. */
const nodeCost = 24;

function cutOut(cut: CutModel, c: Context): Graph | undefined {
  const { seam, built } = cut;
  c.step(seam.name.span, nodeCost * (built.nodes.length + built.names.size));
  const given = givenOf(cut, c);
  const found = seam.outputs.flatMap((place) => tensorsAt(place, seam.name.text, built, c) ?? []);
  const outputs = uniqueNames(found);
  if (c.failed || outputs.length === 0 || !isFed(cut, given, outputs, c)) return undefined;
  const whole = { ...built.graph, nodes: built.nodes };
  const graph = cutGraph(whole, needed(cut, given, outputs, c), outputs);
  const typed = given.some(({ type }) => type) ? withTypes(cut, graph, c) : graph;
  if (!typed) return undefined;
  const told = withToldSizes(typed, c.sizes.known);
  if ("untold" in told) {
    c.report("DM5507", seam.name.span, { part: seam.name.text, size: told.untold });
    return undefined;
  }
  return finished(cut, told, c);
}

/** Everything that the outputs need is given. */
function isFed({ seam, built }: CutModel, given: readonly GivenAt[], outputs: readonly GraphOutput[], c: Context) {
  const values = new Set(given.map(({ value }) => value));
  const missing = missingValues({ nodes: built.nodes, names: built.names, given: values, outputs });
  if (missing.length === 0) return true;
  const read = valuesRead(built, given, outputs);
  const places = new Set(given.flatMap(({ place, value }) => (read.has(value) ? [place.text] : [])));
  const { notes, help } = adviceOn(seam, places, missing);
  c.report(
    "DM5501",
    seam.name.span,
    { part: seam.name.text, missing: namesOf(missing).join(" and ") },
    { notes, help },
  );
  return false;
}

/** What flows into the nodes that the outputs need, as far as what is given, and the outputs themselves. */
function valuesRead({ nodes }: Built, given: readonly GivenAt[], outputs: readonly GraphOutput[]): Set<Value> {
  const targets = outputs.map(({ value }) => value);
  const needed = reachable(nodes, targets, new Set(given.map(({ value }) => value)));
  return new Set([...targets, ...needed.flatMap(({ inputs }) => inputs)]);
}

/** The inputs that something reads; the others are told where the text names them. */
function needed({ seam, built }: CutModel, given: readonly GivenAt[], outputs: readonly GraphOutput[], c: Context) {
  const read = valuesRead(built, given, outputs);
  return given.filter(({ place, value }) => {
    // Of two names of one value the first counts.
    const isRead = read.delete(value);
    if (!isRead && seam.inputs) c.report("DM5502", place.span, { part: seam.name.text, input: place.text });
    return isRead;
  });
}

/** The types of the text, and what follows from them: sizes of the part's own with one remainder are written out. */
function withTypes({ seam, model, built }: CutModel, graph: Graph, c: Context): Graph | undefined {
  const result = retyped(graph, c);
  if (!result || c.failed) return undefined;
  if ("nodes" in result) {
    const own = ownSizes(seam, model, c);
    const { substitutions, origins, known } = substitutionOf(
      new Map([...c.sizes.known].filter(([name]) => own.has(name))),
    );
    for (const [name, sizes] of known) c.sizes.known.set(name, sizes);
    return substituted(result, substitutions, new Map([...built.graph.rules.origins, ...origins]));
  }
  const { path: weight, found, whole } = result;
  c.report("DM5508", seam.name.span, { part: seam.name.text, weight, found, whole });
  return undefined;
}

function finished({ seam, built, model }: CutModel, graph: Graph, c: Context): Graph {
  const free = freeNames(graph.inputs, graph.rules.origins);
  const { doc: _, ...rest } = graph;
  return {
    ...rest,
    name: `${model.name}.${seam.name.text}`,
    provenance: graph.provenance.filter((each) => isAbout(each, graph)),
    ...(seam.doc !== undefined && { doc: seam.doc }),
    free,
    rules: rulesOf(graph, free, built.graph.rules, c),
  };
}

/** What is said of an input goes with it. */
function isAbout({ hasSettings, text }: Provenance, { inputs }: Graph): boolean {
  const { input } = (hasSettings ? JSON.parse(text) : {}) as { readonly input?: string };
  return input === undefined || inputs.some(({ name }) => name === input);
}

/** The rules of the sizes that are left. */
function rulesOf({ rules: { origins } }: Graph, free: readonly string[], whole: SizeRules, c: Context): SizeRules {
  const sizes = new Map<string, SizeSet>();
  for (const name of free) {
    const stated = whole.sizes.get(name) ?? c.sizes.known.get(name) ?? everySize;
    const [origin] = [...origins.values()]
      .filter((each) => each.name === name)
      .toSorted((a, b) => b.modulus - a.modulus);
    const all = origin ? intersect(stated, sizesModulo(origin.modulus, [origin.residue])) : stated;
    if (!isEvery(all)) sizes.set(name, all);
  }
  const reasons = [...whole.reasons, ...c.sizes.reasons].filter(({ variable }) => sizes.has(variable));
  const text = [...sizes].map(([name, set]) => describeSizes(set, name)).join(", ");
  return { sizes, reasons, text, origins };
}
