// A model as a whole. It is elaborated twice: first with free sizes, to find its size rule and its node
// count; then with the rule substituted (S = 32·s), to build the graph.
import { type Diagnostic, textOf } from "../../grammar/index.ts";
import { addDims, type Dim, isSymbolic, multiplyDims, type Origin, variable, variablesOf } from "../ir/dim.ts";
import type { Graph, GraphInput, GraphOutput, Phase, Provenance, SizeRules } from "../ir/graph.ts";
import {
  describeSizes,
  describeSizesInWords,
  nearestSizes,
  type SizeSet,
  singleResidue,
  sizesOfQuotient,
} from "../ir/size-set.ts";
import { reachable, weightsOf } from "../ops/measure.ts";
import { nodeLimit } from "./builder.ts";
import { type BothPhases, type Built, Context, type Elaborated, type Session } from "./context.ts";
import { docsOf, finished } from "./instances.ts";
import { blockKey } from "./keys.ts";
import { outputsOf } from "./outputs.ts";
import { inputDimensions } from "./ports.ts";
import { type Root, runRoot } from "./root.ts";
import { SizeFacts } from "./sizes.ts";
import { type DeclaredBlock, tensorsIn } from "./values.ts";

/** Elaborates one phase; the result is remembered in the session. */
export function elaborateModel(model: DeclaredBlock, phase: Phase, session: Session): Elaborated {
  const key = `${phase} ${model.name} ${blockKey(model)}`;
  const known = session.elaborated.get(key);
  if (known) return known;
  const result = withFreedSizes(model, phase, session, elaborateFresh(model, phase, session));
  session.elaborated.set(key, result);
  return result;
}

function elaborateFresh(model: DeclaredBlock, phase: Phase, session: Session): Elaborated {
  const first = new Context(session, phase, "sizes");
  const found = runRoot(model, first, new Map());
  if (!first.failed && first.builder.count > BigInt(nodeLimit)) {
    first.report("DM3209", model.declaration.name.span, {
      name: model.name,
      count: String(first.builder.count),
      limit: nodeLimit,
    });
  }
  const failed = !found || first.failed;
  const { diagnostics, skips, phased } = first;
  let built: Built | undefined;
  const build = () => {
    if (!failed) built ??= buildGraph(model, first, session);
    return built;
  };
  return { diagnostics, failed, build, skips: [...skips], sizes: first.sizes, phased };
}

function buildGraph(model: DeclaredBlock, first: Context, session: Session): Built {
  const { substitutions, origins, known } = substituted(first.sizes.known);
  const facts = new SizeFacts(origins);
  for (const [name, sizes] of known) facts.known.set(name, sizes);
  const second = new Context(session, first.phase, "build", facts);
  const root = runRoot(model, second, substitutions);
  if (!root || second.failed)
    throw new Error(
      `internal: ${model.name} was checked but cannot be built: ${second.diagnostics[0]?.message ?? "stopped"}`,
    );
  const rules = sizeRules(first.sizes, origins, model, root.relations);
  return { graph: graphOf(model, root, second, rules, first.phase), names: root.scope.names };
}

// ---- size rules

interface Substituted {
  readonly substitutions: ReadonlyMap<string, Dim>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly known: ReadonlyMap<string, SizeSet>;
}

/** Sizes with a single residue are written as S = 32·s, so that the second pass has nothing left to ask. */
function substituted(sizes: ReadonlyMap<string, SizeSet>): Substituted {
  const substitutions = new Map<string, Dim>();
  const origins = new Map<string, Origin>();
  const known = new Map<string, SizeSet>();
  for (const [name, set] of sizes) {
    const single = singleResidue(set);
    if (!single || single.modulus === 1) known.set(name, set);
    else if (single.modulus === 0) substitutions.set(name, single.residue);
    else {
      // S = m·s + r with r in -(m-1)..0, so that s starts at 1 like every size.
      const residue = single.residue === 0 ? 0 : single.residue - single.modulus;
      const stepName = `${name}'`;
      substitutions.set(name, addDims(multiplyDims(single.modulus, variable(stepName)), residue));
      origins.set(stepName, { name, modulus: single.modulus, residue });
      known.set(stepName, sizesOfQuotient(set, single.modulus, residue));
    }
  }
  return { substitutions, origins, known };
}

function sizeRules(
  facts: SizeFacts,
  origins: ReadonlyMap<string, Origin>,
  model: DeclaredBlock,
  relations: readonly string[],
): SizeRules {
  const order = inputDimensions(model.declaration);
  const names = [...facts.known.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const texts = names
    .map((name) => describeSizes(facts.known.get(name) as SizeSet, name))
    .filter((rule) => rule !== "");
  const text = [...texts, ...relations].join(", ");
  return { sizes: new Map(facts.known), reasons: facts.reasons, text, origins };
}

/** Where fixed sizes fail, the same model with free sizes tells which sizes work. */
function withFreedSizes(model: DeclaredBlock, phase: Phase, session: Session, result: Elaborated): Elaborated {
  const index = result.diagnostics.findIndex(
    ({ code, help }) => /^DM4[12]/.test(code) && !help.some((line) => line.startsWith("nearest")),
  );
  const diagnostic = result.diagnostics[index];
  if (!diagnostic || model.at.size === 0) return result;
  for (const [name, { dim }] of model.at) {
    if (typeof dim !== "number") continue;
    const at = new Map([...model.at].filter(([other]) => other !== name));
    const freed = new Context(session, phase, "sizes");
    runRoot({ ...model, at }, freed, new Map());
    const sizes = freed.failed ? undefined : freed.sizes.known.get(name);
    if (!sizes) continue;
    const nearest = nearestSizes(sizes, dim);
    const notes = [...diagnostic.notes, `this holds when ${describeSizesInWords(sizes, name)}`];
    const help = nearest.length === 0 ? diagnostic.help : [...diagnostic.help, `nearest are ${nearest.join(" and ")}`];
    const diagnostics = [...result.diagnostics];
    diagnostics[index] = { ...diagnostic, notes, help };
    return { ...result, diagnostics };
  }
  return result;
}

// ---- the graph

function graphOf(model: DeclaredBlock, root: Root, c: Context, rules: SizeRules, phase: Phase): Graph {
  const outputs = outputsOf(root.result);
  const losses = root.result.losses.flatMap(({ name, value }) =>
    tensorsIn(value).flatMap((tensor) => (tensor.value ? [{ name, value: tensor.value }] : [])),
  );
  const nodes = reachable(
    c.builder.nodes,
    [...outputs, ...losses].map((output: GraphOutput) => output.value),
  );
  const { annotations } = model.declaration;
  const provenance: Provenance[] = annotations.map(({ name, span }) => ({
    annotation: name.text,
    text: textOf(span).replace(/^@\w+/, "").trim(),
  }));
  return {
    name: model.name,
    phase,
    inputs: root.inputs,
    outputs,
    losses,
    nodes,
    instances: c.builder.instances.map(finished),
    ...(model.declaration.doc === undefined ? {} : { doc: model.declaration.doc }),
    docs: docsOf(model.declaration),
    rules,
    provenance,
    free: freeNames(root.inputs, rules.origins),
  };
}

function freeNames(inputs: readonly GraphInput[], origins: ReadonlyMap<string, Origin>): readonly string[] {
  const names = new Set<string>();
  for (const { value } of inputs) {
    for (const dim of value.type.dims)
      if (isSymbolic(dim)) for (const name of variablesOf(dim)) names.add(origins.get(name)?.name ?? name);
  }
  return [...names];
}

// ---- both phases

export const newSession = (): Session => ({ elaborated: new Map(), constants: new Map(), elaborate: elaborateBoth });

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
  const [trainGraph, inferGraph] = [train.build()?.graph, infer.build()?.graph];
  if (!trainGraph || !inferGraph) return [];
  const trained = new Set(weightsOf(trainGraph.nodes).map((weight) => weight.path));
  const loose = inferGraph.nodes.filter((node) =>
    Object.values(node.weights).some((weight) => !trained.has(weight.path)),
  );
  const [first] = loose;
  if (!first) return [];
  const c = new Context(session, "infer", "sizes");
  const paths = loose.slice(0, 4).map((node) => `${model.name}/${node.path}`);
  const more = loose.length > 4 ? ` and ${loose.length - 4} more` : "";
  c.report(
    "DM5202",
    first.origin.span,
    { model: model.name, paths: paths.join(", ") + more },
    { chain: first.origin.chain },
  );
  return c.diagnostics;
}
