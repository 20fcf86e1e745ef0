// A model as a whole. It is elaborated twice: first with free sizes, to find its size rule and its node
// count; then with the rule substituted (S = 32·s), to build the graph.
import { type Diagnostic, type Expression, type Name, type Param, textOf } from "../../grammar/index.ts";
import { addDims, type Dim, DimLimitError, isSymbolic, multiplyDims, type Origin, variable, variablesOf } from "../ir/dim.ts";
import type { Graph, GraphInput, GraphOutput, Phase, Provenance, SizeRules, TensorType } from "../ir/graph.ts";
import { describeSizes, describeSizesInWords, nearestSizes, singleResidue, sizesOfQuotient, type SizeSet } from "../ir/size-set.ts";
import { reachable, weightsOf } from "../metrics.ts";
import { nodeLimit } from "./builder.ts";
import { type BodyResult, type InputStatement, type NamedValue, runBody } from "./body.ts";
import { Context, type Session, Stop } from "./context.ts";
import { assume } from "./assume.ts";
import { evaluate } from "./expressions.ts";
import { bindDefaults, bindGiven, insideFrame } from "./expand.ts";
import { checkDimensions } from "./edits.ts";
import { checkResult, inputDimensions, portType } from "./ports.ts";
import { rootPaths, type Scope } from "./scope.ts";
import { SizeFacts } from "./sizes.ts";
import { staticDiagnostics } from "./static.ts";
import { outputsOf } from "./outputs.ts";
import { hasInputs } from "./underlying.ts";
import { type DeclaredBlock, int, show, tensorOf, tensorsIn, unknown, type Value } from "./values.ts";
import { blockKey } from "./keys.ts";

export interface Built {
  readonly graph: Graph;
  /** The named values of the model's body. */
  readonly names: ReadonlyMap<string, Value>;
}

/** One phase of one model: checked, and built when somebody asks. */
export interface Elaborated {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  /** The graph; undefined when there were errors. Built once. */
  build(): Built | undefined;
  readonly skips: readonly string[];
  /** What was found out about the free sizes. */
  readonly sizes: SizeFacts;
  /** The train graph and the infer graph may differ. */
  readonly phased: boolean;
}

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
    first.report("DM3209", model.declaration.name.span, { name: model.name, count: String(first.builder.count), limit: nodeLimit });
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
  if (!root || second.failed) throw new Error(`internal: ${model.name} was checked but cannot be built: ${second.diagnostics[0]?.message ?? "stopped"}`);
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

function sizeRules(facts: SizeFacts, origins: ReadonlyMap<string, Origin>, model: DeclaredBlock, relations: readonly string[]): SizeRules {
  const order = inputDimensions(model.declaration);
  const names = [...facts.known.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const texts = names.map((name) => describeSizes(facts.known.get(name) as SizeSet, name)).filter((rule) => rule !== "");
  const text = [...texts, ...relations].join(", ");
  return { sizes: new Map(facts.known), reasons: facts.reasons, text, origins };
}

/** Where fixed sizes fail, the same model with free sizes tells which sizes work. */
function withFreedSizes(model: DeclaredBlock, phase: Phase, session: Session, result: Elaborated): Elaborated {
  const index = result.diagnostics.findIndex(({ code, help }) => /^DM4[12]/.test(code) && !help.some((line) => line.startsWith("nearest")));
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

// ---- the root

interface Root {
  readonly scope: Scope;
  readonly result: BodyResult;
  readonly inputs: readonly GraphInput[];
  /** `where H == W`: one free size stands for both. */
  readonly relations: readonly string[];
}

/** Runs a model's body on inputs made from its port types. Free dimensions become variables. */
function runRoot(model: DeclaredBlock, c: Context, substitutions: ReadonlyMap<string, Dim>): Root | undefined {
  if (!rootReady(model, c)) return undefined;
  const { declaration, module } = model;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  const inputs: GraphInput[] = [];
  try {
    return insideFrame(model, declaration.name.span, c, () => {
      bindGiven(model, scope);
      for (const name of inputDimensions(declaration)) {
        const fixed = model.at.get(name)?.dim ?? substitutions.get(name) ?? variable(name);
        if (!scope.names.has(name)) scope.names.set(name, int(fixed));
      }
      const relations = model.declaration.signature.where.flatMap((condition) => unifySizes(condition, scope));
      if (!bindDefaults(model, scope, c)) return undefined;
      for (const port of declaration.signature.ports ?? []) scope.names.set(port.name.text, rootInput(port, scope, inputs, c));
      if (!assume(model, scope, declaration.name.span, c)) return undefined;
      const result = runBody(model, scope, c, (statement) => rootInput(statement, scope, inputs, c));
      checkRootResult(model, result, scope, c);
      checkAbsent(result, c);
      return { scope, result, inputs, relations };
    });
  } catch (error) {
    if (error instanceof Stop) return undefined;
    if (error instanceof DimLimitError) {
      c.report("DM3116", declaration.name.span, { what: `a size of ${model.name}` });
      return undefined;
    }
    if (!(error instanceof RangeError)) throw error;
    // The stack is exhausted: the nesting of expressions and blocks together is too deep.
    c.report("DM3207", declaration.name.span, { name: model.name, levels: c.frames.length });
    return undefined;
  }
}

/** `where H == W` on two dimensions makes them one. */
function unifySizes(condition: Expression, scope: Scope): readonly string[] {
  if (condition.kind === "group") return unifySizes(condition.inner, scope);
  if (condition.kind !== "compare" || condition.operator !== "==" || condition.left.kind !== "name" || condition.right.kind !== "name") return [];
  const [first, second] = [condition.left.text, condition.right.text];
  const [left, right] = [scope.names.get(first), scope.names.get(second)];
  if (left?.kind !== "int" || right?.kind !== "int" || (!isSymbolic(left.dim) && !isSymbolic(right.dim))) return [];
  if (isSymbolic(right.dim)) scope.names.set(second, left);
  else scope.names.set(first, right);
  return isSymbolic(left.dim) && isSymbolic(right.dim) ? [`${first} == ${second}`] : [];
}

function rootReady(model: DeclaredBlock, c: Context): boolean {
  const { declaration, module } = model;
  const mistakes = staticDiagnostics(module, declaration).filter((diagnostic) => diagnostic.severity === "error");
  for (const mistake of mistakes) c.add(mistake);
  if (mistakes.length > 0 || !checkDimensions(model, model.at, c)) return false;
  if (declaration.kind === "model" && declaration.family && !model.row) {
    c.report("DM2005/missing", declaration.name.span, { family: model.name }, { help: [`write ${model.name}[…]`] });
    return false;
  }
  const missing = declaration.signature.params.find((param: Param) => !param.default && !model.args.has(param.name.text));
  if (missing) {
    c.report("DM3111", declaration.name.span, { callee: model.name, param: missing.name.text });
    return false;
  }
  if (hasInputs(declaration)) return true;
  c.report("DM3101/value", declaration.name.span, { what: model.name, expected: "a model with inputs", actual: "a block without `on`" });
  return false;
}

function rootInput(input: InputStatement | { readonly name: Name; readonly type: InputStatement["type"]; readonly phase?: Name }, scope: Scope, inputs: GraphInput[], c: Context): Value {
  const name = input.name.text;
  const port = portType(input.type, scope.module, c);
  if (!port) return unknown;
  const dims: Dim[] = port.leading ? [leadingDim(scope)] : [];
  for (const dim of port.dims) {
    const value = evaluate(dim, scope, c);
    if (value.kind === "unknown") return unknown;
    if (value.kind === "int") dims.push(value.dim);
    else c.report("DM3101/value", dim.span, { what: `the size ${textOf(dim.span)}`, expected: "a whole number", actual: show(value) });
  }
  const type: TensorType = { dtype: (port.atom.dtype?.text ?? "f32") as TensorType["dtype"], dims };
  if (!positive(type, input.type.span, c)) return unknown;
  const absent = input.phase && input.phase.text !== c.phase ? { absent: { input: name, phase: input.phase.text, use: input.name.span } } : {};
  const value = c.mode === "build" ? c.builder.value(type, name) : undefined;
  if (value && !input.phase) inputs.push({ name, value });
  if (value && input.phase?.text === c.phase) inputs.push({ name, value });
  return tensorOf({ type, ...(value ? { value } : {}), ...absent });
}

function leadingDim(scope: Scope): Dim {
  const bound = scope.names.get("N");
  return bound?.kind === "int" ? bound.dim : variable("N");
}

/** Every axis of an input has at least one element and at most 2^31 - 1. */
function positive(type: TensorType, span: Name["span"], c: Context): boolean {
  for (const dim of type.dims) {
    if (typeof dim === "number" && dim > 2 ** 31 - 1) {
      c.report("DM3210", span, { name: "this input", count: dim, what: "elements on one axis", limit: "2^31 - 1" });
      return false;
    }
    if (c.sizes.require(dim, ">=", 1, c.asker("the size of an input", span))) continue;
    c.report("DM4205/size", span, { op: "this input", axis: "size", size: c.sizes.show(dim) });
    return false;
  }
  return true;
}

function checkRootResult(model: DeclaredBlock, result: BodyResult, scope: Scope, c: Context): void {
  const { signature, name } = model.declaration;
  if (!signature.result) return;
  const leading = { dims: signature.ports?.some((port) => port.type.kind === "tensor" && port.type.leading) ? [leadingDim(scope)] : undefined };
  checkResult(signature.result, result.value, name.text, scope, leading, name.span, c);
}

/** An output may not need an input that does not exist in this phase. */
function checkAbsent(result: BodyResult, c: Context): void {
  const returned: NamedValue[] = result.returned ? [{ name: "the result", value: result.value, span: result.returned.span }] : [];
  for (const { name, value, span, phase } of [...result.outputs, ...result.losses, ...returned]) {
    const absent = tensorsIn(value).find((tensor) => tensor.absent)?.absent;
    if (!absent) continue;
    const labels = [{ span: absent.use, text: `exists only in ${absent.phase}` }];
    if (phase === undefined) c.report("DM5101", span, { input: absent.input, phase: absent.phase, used: c.phase }, { labels });
    else c.report("DM5102", span, { output: name, phase, other: absent.phase }, { labels });
  }
}

// ---- the graph

function graphOf(model: DeclaredBlock, root: Root, c: Context, rules: SizeRules, phase: Phase): Graph {
  const outputs = outputsOf(root.result);
  const losses = root.result.losses.flatMap(({ name, value }) => tensorsIn(value).flatMap((tensor) => (tensor.value ? [{ name, value: tensor.value }] : [])));
  const nodes = reachable(c.builder.nodes, [...outputs, ...losses].map((output: GraphOutput) => output.value));
  const { annotations } = model.declaration;
  const provenance: Provenance[] = annotations.map(({ name, span }) => ({ annotation: name.text, text: textOf(span).replace(/^@\w+/, "").trim() }));
  return {
    name: model.name,
    phase,
    inputs: root.inputs,
    outputs,
    losses,
    nodes,
    instances: c.builder.instances,
    rules,
    provenance,
    free: freeNames(root.inputs, rules.origins),
  };
}

function freeNames(inputs: readonly GraphInput[], origins: ReadonlyMap<string, Origin>): readonly string[] {
  const names = new Set<string>();
  for (const { value } of inputs) {
    for (const dim of value.type.dims) if (isSymbolic(dim)) for (const name of variablesOf(dim)) names.add(origins.get(name)?.name ?? name);
  }
  return [...names];
}

// ---- both phases

/** The train graph, and everything that is wrong in either phase. */
export function elaborateBoth(model: DeclaredBlock, session: Session): { readonly train: Elaborated; readonly infer: Elaborated; readonly diagnostics: readonly Diagnostic[] } {
  const train = elaborateModel(model, "train", session);
  if (!train.phased) return { train, infer: train, diagnostics: train.diagnostics };
  const infer = elaborateModel(model, "infer", session);
  const seen = new Set(train.diagnostics.map(({ code, span }) => `${code} ${span.source.name} ${span.start}`));
  const more = infer.diagnostics.filter(({ code, span }) => !seen.has(`${code} ${span.source.name} ${span.start}`));
  return { train, infer, diagnostics: [...train.diagnostics, ...more, ...untrained(model, train, infer, session)] };
}

/** Weights of the infer graph that training never reaches (DM5202). */
function untrained(model: DeclaredBlock, train: Elaborated, infer: Elaborated, session: Session): readonly Diagnostic[] {
  const [trainGraph, inferGraph] = [train.build()?.graph, infer.build()?.graph];
  if (!trainGraph || !inferGraph) return [];
  const trained = new Set(weightsOf(trainGraph.nodes).map((weight) => weight.path));
  const loose = inferGraph.nodes.filter((node) => Object.values(node.weights).some((weight) => !trained.has(weight.path)));
  const [first] = loose;
  if (!first) return [];
  const c = new Context(session, "infer", "sizes");
  const paths = loose.slice(0, 4).map((node) => `${model.name}/${node.path}`);
  const more = loose.length > 4 ? ` and ${loose.length - 4} more` : "";
  c.report("DM5202", first.origin.span, { model: model.name, paths: paths.join(", ") + more }, { chain: first.origin.chain });
  return c.diagnostics;
}
