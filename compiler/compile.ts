// The whole compiler on one screen: text -> program -> model -> graph -> file. Pure: reading and writing
// files is the caller's business.
import { type Argument, type Diagnostic, diagnose, nearest, parse, type Source, type Span } from "../grammar/index.ts";
import { bindDeclared } from "./check/calls.ts";
import { Context, newSession, Stop } from "./check/context.ts";
import { checkDimensions } from "./check/edits.ts";
import { reportLargeWeights, reportOpenWeights, typeText } from "./check/metrics.ts";
import { elaborateBoth, elaborateModel } from "./check/models.ts";
import { declarationNamed, familyRows } from "./check/names.ts";
import type { Module, Program } from "./check/program.ts";
import { rootPaths, type Scope } from "./check/scope.ts";
import { SizeFacts } from "./check/sizes.ts";
import { underlying } from "./check/underlying.ts";
import { type DeclaredBlock, show } from "./check/values.ts";
import { type Dim, DimLimitError, isSymbolic } from "./ir/dim.ts";
import type { Graph, Phase, SizeReason } from "./ir/graph.ts";
import { describeSizes, nearestSizes } from "./ir/size-set.ts";
import { messages } from "./messages.ts";
import {
  countBuffers,
  countMacs,
  countParams,
  measureDepth,
  measurePeak,
  measureReceptiveField,
  seenTargets,
} from "./ops/measure.ts";

/** Which model of a file, and what is fixed or changed. */
export interface ModelRequest {
  /** Absent: the file's only model. */
  readonly model?: string;
  /** The member of a family, as written between the brackets. */
  readonly key?: string;
  readonly at?: Readonly<Record<string, number>>;
  /** Parameters in the language's own words: `nc = 4, head = HG[20]`. */
  readonly with?: string;
}

export interface ModelName {
  readonly name: string;
  readonly keys: readonly string[];
}

/** The models of a file in order; a family has keys. */
export function modelsOf(program: Program): readonly ModelName[] {
  const c = new Context(newSession(), "train", "sizes");
  return program.entry.file.declarations.flatMap((declaration) => {
    if (declaration.kind !== "model") return [];
    const rows = familyRows(plain(declaration, program.entry), c);
    return [{ name: declaration.name.text, keys: rows?.keys.map(show) ?? [] }];
  });
}

const plain = (declaration: DeclaredBlock["declaration"], module: Module): DeclaredBlock => ({
  kind: "declared",
  declaration,
  module,
  name: declaration.name.text,
  args: new Map(),
  at: new Map(),
  dropped: [],
});

export interface Requested {
  readonly graph?: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/** One phase of the requested model as a graph. `weights`: every weight must have a known shape (default). */
export function elaborate(
  program: Program,
  request: ModelRequest,
  phase: Phase,
  options: { readonly weights?: boolean } = {},
): Requested {
  return attempt(program, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const { diagnostics, train } = elaborateBoth(model, c.session);
    for (const diagnostic of diagnostics) c.add(diagnostic);
    if (c.failed) return undefined;
    // Where nothing asks for the phase, one graph serves both.
    const graph = (phase === "train" || !train.phased ? train : elaborateModel(model, phase, c.session)).build()?.graph;
    if (!graph) return undefined;
    if (options.weights !== false && (reportOpenWeights(graph.nodes, graph, c) || reportLargeWeights(graph, c)))
      return undefined;
    return { ...graph, phase };
  });
}

/** What is wrong with the requested model, in either phase; nothing is built unless the phases differ. */
export function checkModel(program: Program, request: ModelRequest): readonly Diagnostic[] {
  return attempt(program, (c) => {
    const model = requested(program, request, c);
    for (const diagnostic of model ? elaborateBoth(model, c.session).diagnostics : []) c.add(diagnostic);
    return undefined;
  }).diagnostics;
}

function attempt(program: Program, run: (c: Context) => Graph | undefined): Requested {
  const c = new Context(newSession(), "train", "sizes");
  for (const diagnostic of program.diagnostics) c.add(diagnostic);
  if (c.failed) return { diagnostics: c.diagnostics };
  try {
    const graph = run(c);
    return graph ? { graph, diagnostics: c.diagnostics } : { diagnostics: c.diagnostics };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { diagnostics: c.diagnostics };
  }
}

/** The model that a request names, with its edits; undefined after a report. */
function requested(program: Program, request: ModelRequest, c: Context): DeclaredBlock | undefined {
  const named = request.model === undefined ? onlyModel(program, c) : namedModel(program, request.model, c);
  const member = named && memberOf(named, request, c);
  const model = member && underlying(member, c);
  const edited = model && withParameters(model, request.with, program, c);
  return edited && withSizes(edited, request.at ?? {}, c);
}

function onlyModel(program: Program, c: Context): DeclaredBlock | undefined {
  const { entry } = program;
  const models = entry.file.declarations.filter((declaration) => declaration.kind === "model");
  const [only, second] = models;
  if (only && !second) return plain(only, entry);
  const span =
    entry.file.source.text === ""
      ? entry.file.span
      : { ...entry.file.span, end: Math.min(entry.file.span.end, entry.file.span.start) };
  const names = models.map((model) => model.name.text).join(", ");
  const help = second ? [`name one: ${entry.file.source.name}:${second.name.text}`] : [];
  c.report(
    "DM3101/value",
    span,
    {
      what: "this file",
      expected: "a file with one model, or the model must be named",
      actual: second ? `one with several: ${names}` : "one without a model",
    },
    { help },
  );
  return undefined;
}

function namedModel(program: Program, name: string, c: Context): DeclaredBlock | undefined {
  const { entry } = program;
  const found = declarationNamed(entry, name);
  if (found && (found.declaration.kind === "model" || found.declaration.kind === "block"))
    return plain(found.declaration, found.module);
  const candidates = [...entry.declarations.values()].flatMap((each) =>
    each.kind === "model" ? [each.name.text] : [],
  );
  const guess = nearest(name, candidates);
  const help =
    guess === undefined
      ? candidates.length === 0
        ? []
        : [`its models are ${candidates.join(", ")}`]
      : [`did you mean ${guess}?`];
  c.report("DM2001", startOf(program), { name }, { help });
  return undefined;
}

const startOf = (program: Program): Span => ({ source: program.entry.file.source, start: 0, end: 0 });

function memberOf(model: DeclaredBlock, request: ModelRequest, c: Context): DeclaredBlock | undefined {
  const family = familyRows(model, c);
  const { declaration } = model;
  if (declaration.kind !== "model" || !declaration.family || !family) {
    if (request.key === undefined) return model;
    c.report(
      "DM2005",
      declaration.name.span,
      { family: model.name, key: request.key },
      { notes: [`${model.name} is a single model`] },
    );
    return undefined;
  }
  const keys = family.keys.map(show);
  const example = { help: [`members are ${keys.map((key) => `${model.name}[${key}]`).join(", ")}`] };
  if (request.key === undefined) {
    c.report("DM2005/missing", declaration.name.span, { family: model.name }, example);
    return undefined;
  }
  const row = family.rows[keys.indexOf(request.key)];
  if (row)
    return {
      ...model,
      name: `${model.name}[${request.key}]`,
      row: { variable: declaration.family.variable.text, value: row },
    };
  c.report("DM2005", declaration.name.span, { family: model.name, key: request.key }, example);
  return undefined;
}

/** `--with nc=4,head=HG[20]`: parsed as the fields of a `with`, seen from the file. */
function withParameters(
  model: DeclaredBlock,
  text: string | undefined,
  program: Program,
  c: Context,
): DeclaredBlock | undefined {
  if (text === undefined || text.trim() === "") return model;
  const source: Source = { name: "--with", text: `const x = x with { ${text} }` };
  const { file, diagnostics } = parse(source);
  const [declaration] = file.declarations;
  const value = declaration?.kind === "const" && declaration.value.kind === "with" ? declaration.value : undefined;
  if (!value || diagnostics.length > 0) {
    for (const diagnostic of diagnostics) c.add(diagnostic);
    if (!c.failed)
      c.add(
        diagnose(messages, "DM3117", startOf(program), {
          what: `--with ${text}`,
          reason: "it is not a list such as nc=4, head=HG[20]",
        }),
      );
    return undefined;
  }
  const scope: Scope = { module: program.entry, parent: undefined, names: new Map(), paths: rootPaths() };
  const args: Argument[] = value.fields.map(({ label, value: given, span }) => ({
    label,
    value: given ?? { kind: "name", text: label.text, span: label.span },
    span,
  }));
  const kept = new Map([...model.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
  const bound = bindDeclared({ ...model, args: kept }, args, value.span, scope, c);
  return c.failed ? undefined : { ...model, args: bound };
}

function withSizes(
  model: DeclaredBlock,
  sizes: Readonly<Record<string, number>>,
  c: Context,
): DeclaredBlock | undefined {
  const span = model.declaration.name.span;
  const at = new Map(model.at);
  for (const [name, dim] of Object.entries(sizes)) at.set(name, { dim, span });
  return checkDimensions(model, at, c) ? { ...model, at } : undefined;
}

// ---- what people ask about a model

export interface Port {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  /** Set where it exists in one phase only. */
  readonly phase?: Phase;
}
export interface Summary {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Numbers where sizes are known, expressions in the free sizes where they are not. */
  readonly params: number | string;
  readonly buffers: number | string;
  readonly macs: number | string;
  readonly depth: number;
  readonly rf: number | string | readonly number[];
  readonly peak: number | string;
  readonly nodes: number;
  readonly shape: string;
  readonly requires: string;
  readonly skips: readonly string[];
}

export function summarize(
  program: Program,
  request: ModelRequest,
): { readonly summary?: Summary; readonly diagnostics: readonly Diagnostic[] } {
  let summary: Summary | undefined;
  const { diagnostics } = attempt(program, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const { train, infer, diagnostics: found } = elaborateBoth(model, c.session);
    for (const diagnostic of found) c.add(diagnostic);
    const [trained, inferred] = c.failed ? [] : [train.build()?.graph, infer.build()?.graph];
    if (!trained || !inferred) return undefined;
    try {
      summary = summaryOf(trained, inferred, train.skips);
    } catch (error) {
      if (!(error instanceof DimLimitError)) throw error;
      c.report("DM3116", model.declaration.name.span, { what: `a count of ${model.name}` });
    }
    return trained;
  });
  return summary ? { summary, diagnostics } : { diagnostics };
}

/** Counts are those of the train graph, which holds everything that is learned. */
function summaryOf(train: Graph, infer: Graph, skips: readonly string[]): Summary {
  const facts = new SizeFacts(train.rules.origins);
  const known = (dim: Dim): number | string => (isSymbolic(dim) ? facts.show(dim) : dim);
  const targets = [...train.outputs, ...train.losses].map(({ value }) => value);
  const outputs = ports(train, infer, "outputs");
  return {
    name: train.name,
    inputs: ports(train, infer, "inputs"),
    outputs,
    params: known(countParams(train.nodes)),
    buffers: known(countBuffers(train.nodes)),
    macs: known(countMacs(train, train.nodes)),
    depth: measureDepth(train.nodes, targets),
    rf: measureReceptiveField(train.nodes, seenTargets(train)),
    peak: measurePeak(train, train.nodes, targets) ?? "depends on free sizes",
    nodes: train.nodes.length,
    shape: outputs[0]?.shape ?? "",
    requires: train.rules.text,
    skips,
  };
}

function ports(train: Graph, infer: Graph, which: "inputs" | "outputs"): readonly Port[] {
  const names = [...new Set([...train[which], ...infer[which]].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [inTrain, inInfer] = [train, infer].map((graph) => graph[which].find((port) => port.name === name));
    const port = inTrain ?? inInfer;
    if (!port) return [];
    const phase: { phase?: Phase } = inTrain && inInfer ? {} : { phase: inTrain ? "train" : "infer" };
    const text = typeText({ ...port.value.type, dtype: "f32" }, inTrain ? train : infer);
    return [{ name, dtype: port.value.type.dtype, shape: text, ...phase }];
  });
}

// ---- why a size works

/** The equations that lead to the size rule of one dimension, in the order in which they were met. */
export interface SizeExplanation {
  readonly model: string;
  readonly dimension: string;
  /** "S % 32 == 0"; "" where every size works. */
  readonly rule: string;
  readonly reasons: readonly { readonly rule: string; readonly equation: string; readonly reason: SizeReason }[];
  /** The smallest sizes that work. */
  readonly examples: readonly number[];
  nearest(size: number): readonly number[];
}

export function explainSizes(
  program: Program,
  request: ModelRequest,
  dimension: string,
): { readonly explanation?: SizeExplanation; readonly diagnostics: readonly Diagnostic[] } {
  let explanation: SizeExplanation | undefined;
  const { diagnostics } = attempt(program, (c) => {
    const model = requested(program, request, c);
    if (!model) return undefined;
    const span = model.declaration.name.span;
    if (!checkDimensions(model, new Map([[dimension, { dim: 1, span }]]), c)) return undefined;
    const { train, diagnostics: found } = elaborateBoth(model, c.session);
    for (const diagnostic of found) c.add(diagnostic);
    const graph = c.failed ? undefined : train.build()?.graph;
    if (graph) explanation = explanationOf(graph, dimension);
    return graph;
  });
  return explanation ? { explanation, diagnostics } : { diagnostics };
}

function explanationOf(graph: Graph, dimension: string): SizeExplanation {
  const sizes = graph.rules.sizes.get(dimension);
  const seen = new Set<string>();
  const reasons = graph.rules.reasons.flatMap((reason) => {
    const rule = describeSizes(reason.sizes, dimension);
    if (reason.variable !== dimension || seen.has(rule)) return [];
    seen.add(rule);
    return [{ rule, equation: reason.equation, reason }];
  });
  const examples: number[] = [];
  for (let size = 1; sizes && examples.length < 4 && size <= 100_000; size++) {
    const next = nearestSizes(sizes, size).find((candidate) => candidate >= size);
    if (next === undefined) break;
    examples.push(next);
    size = next;
  }
  return {
    model: graph.name,
    dimension,
    rule: sizes ? describeSizes(sizes, dimension) : "",
    reasons,
    examples,
    nearest: (size) => (sizes ? nearestSizes(sizes, size) : [size]),
  };
}
