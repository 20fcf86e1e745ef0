// Which model a caller means: by name and member, with other parameters and fixed sizes. What is wrong
// with the request is told like any other mistake.
import { type Diagnostic, diagnose, nearest, type Span } from "../grammar/index.ts";
import { checkDimensions } from "./check/compute/dimensions.ts";
import { underlying } from "./check/evaluate/aliases.ts";
import { bindDeclared } from "./check/evaluate/calls.ts";
import { familyRows } from "./check/evaluate/tables.ts";
import { newSession } from "./check/models/phases.ts";
import { ownSizes } from "./check/parts/given.ts";
import { partGraph } from "./check/parts/part.ts";
import { seamOf } from "./check/parts/seam.ts";
import { Context } from "./check/state/context.ts";
import { findingSizes } from "./check/state/modes.ts";
import type { Built, Session } from "./check/state/session.ts";
import type { Module, Program } from "./check/text/program.ts";
import { declarationNamed } from "./check/text/reach.ts";
import { inputDimensions, partsOf } from "./check/text/signature.ts";
import { rootPaths } from "./check/values/paths.ts";
import { show } from "./check/values/show.ts";
import type { DeclaredBlock, Scope } from "./check/values/value.ts";
import type { Graph } from "./ir/graph.ts";
import { messages } from "./messages/messages.ts";
import { type PartRequest, partsOfModel, requestedSeam } from "./part-request.ts";
import { fieldsIn } from "./with-text.ts";
import { isUnderstood } from "./with-words.ts";

/** Which model of a file, and what is fixed or changed. */
export interface ModelRequest {
  /** Absent: the file's only model. */
  readonly model?: string;
  /** The member of a family, as written between the brackets. */
  readonly key?: string;
  readonly at?: Readonly<Record<string, number>>;
  /** Parameters in the language's own words: `nc = 4, head = HG[20]`. */
  readonly with?: string;
  /** A part of it; absent: the whole. */
  readonly part?: PartRequest;
}

export interface ModelName {
  readonly name: string;
  readonly keys: readonly string[];
}

/** The models of a file in order; a family has keys. */
export function modelsOf(program: Program, session: Session = newSession()): readonly ModelName[] {
  const c = new Context(session, "train", findingSizes);
  return program.entry.file.declarations.flatMap((declaration) => {
    if (declaration.kind !== "model") return [];
    const rows = c.untilStopped(() => familyRows(plain(declaration, program.entry), c));
    return [{ name: declaration.name.text, keys: rows?.keys.values.map(show) ?? [] }];
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
  /** Of a part: what it is cut out of, with everything that the part has. A checkpoint is one of this. */
  readonly whole?: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers a question about a program, or what is wrong with the program or the question. */
export function attempt(program: Program, session: Session, run: (c: Context) => Graph | undefined): Requested {
  const c = new Context(session, "train", findingSizes);
  for (const diagnostic of program.diagnostics) c.add(diagnostic);
  if (c.failed) return { diagnostics: c.diagnostics };
  const graph = c.untilStopped(() => run(c));
  return graph ? { graph, diagnostics: c.diagnostics } : { diagnostics: c.diagnostics };
}

/** The model that a request names, with its edits; undefined after a report. */
export function requested(program: Program, request: ModelRequest, c: Context): DeclaredBlock | undefined {
  const named = request.model === undefined ? onlyModel(program, c) : namedModel(program, request.model, c);
  const member = named && memberOf(named, request, c);
  // A model by another name may have parameters of its own; otherwise those of the model behind it are meant.
  const hasOwn = member !== undefined && member.declaration.signature.params.length > 0;
  const given = member && hasOwn ? withParameters(member, request.with, program, c) : member;
  const model = given && hasValues(given, c) ? underlying(given, c) : undefined;
  const edited = model && !hasOwn ? withParameters(model, request.with, program, c) : model;
  return edited && hasValues(edited, c) ? withSizes(edited, request, c) : undefined;
}

/** The parts that the text of the requested model states, in order; what is wrong with the request is told elsewhere. */
export function partNames(program: Program, request: ModelRequest, session: Session): readonly string[] {
  let names: readonly string[] = [];
  attempt(program, session, (c) => {
    const model = requested(program, request, c);
    names = model ? partsOfModel(model) : [];
    return undefined;
  });
  return names;
}

/** The graph of the requested part of a model that `requested` answered; undefined after a report. */
export function cutOut(
  { part, at = {} }: ModelRequest,
  model: DeclaredBlock,
  built: Built,
  c: Context,
): Graph | undefined {
  const seam = part === undefined ? undefined : requestedSeam(part, model, c);
  if (!seam) return undefined;
  const { graph, diagnostics } = partGraph({ model, built, seam, at: new Map(Object.entries(at)) }, c.session);
  for (const diagnostic of diagnostics) c.add(diagnostic);
  return graph;
}

/** A part may compute what no output of the whole needs. */
export function withNodesOf(whole: Graph, part: Graph): Graph {
  const known = new Set(whole.nodes.map(({ path }) => path));
  const more = part.nodes.filter(({ path }) => !known.has(path));
  return more.length === 0 ? whole : { ...whole, nodes: [...whole.nodes, ...more] };
}

/** Every parameter has a value: who asks from outside gives it with `--with`. */
function hasValues({ name, declaration, args }: DeclaredBlock, c: Context): boolean {
  const open = declaration.signature.params.find((param) => !param.default && !args.has(param.name.text));
  if (!open) return true;
  const param = open.name.text;
  const help = [`on the command line: --with ${param}=…`];
  c.report("DM3111", declaration.name.span, { callee: name, param }, { help });
  return false;
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
  const keys = family.keys.values.map(show);
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
  const { args, diagnostics } = fieldsIn(text);
  if (args.length === 0 || diagnostics.length > 0) {
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
  if (!args.every((arg) => isUnderstood(arg, model, program.entry, c))) return undefined;
  const scope: Scope = { module: program.entry, parent: undefined, names: new Map(), paths: rootPaths() };
  const kept = new Map([...model.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
  const bound = bindDeclared({ ...model, args: kept }, args, startOf(program), scope, c);
  return c.failed || !bound ? undefined : { ...model, args: bound };
}

/** The sizes of the request, but for those that only the types of parts name. */
function withSizes(
  model: DeclaredBlock,
  { at: sizes = {}, part }: ModelRequest,
  c: Context,
): DeclaredBlock | undefined {
  const span = model.declaration.name.span;
  const at = new Map(model.at);
  const seam = part === undefined ? undefined : requestedSeam(part, model, c);
  if (part !== undefined && !seam) return undefined;
  const seams = seam ? [seam, ...partsOf(model.declaration.body).map(seamOf)] : [];
  const dimensions = inputDimensions(model.declaration);
  const own = new Set(
    seams.flatMap((each) => [...ownSizes(each, model, c)]).filter((name) => !dimensions.includes(name)),
  );
  for (const [name, dim] of Object.entries(sizes)) if (!own.has(name)) at.set(name, { dim, span });
  return checkDimensions(model, at, c, own) ? { ...model, at } : undefined;
}
