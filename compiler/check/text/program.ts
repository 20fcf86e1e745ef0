// Loads a file and everything that it imports. Reading is the caller's business (a file system, an
// editor's buffers, a browser's map), so that the compiler itself stays pure.
import {
  type Argument,
  type Declaration,
  type Diagnostic,
  diagnose,
  type File,
  nearest,
  parse,
  type Source,
  type Span,
  type Test,
} from "../../../grammar/index.ts";
import { messages } from "../../messages/messages.ts";

/** Answers the text of the file that `path` names, seen from the file `from`, or why it cannot. */
export type Read = (path: string, from: Source) => Source | { readonly error: string; readonly help?: string };

export interface Module {
  readonly file: File;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Local name -> where it is declared. */
  readonly imports: ReadonlyMap<string, { readonly module: Module; readonly name: string; readonly span: Span }>;
  /** Imported names whose file or declaration could not be found: reported once, silent after. */
  readonly missing: ReadonlySet<string>;
  /** The members of every enum that the file declares or imports. */
  readonly members: ReadonlySet<string>;
  /** Arguments that `defaults` gives to operators written in this file. */
  readonly defaults: ReadonlyMap<string, readonly Argument[]>;
}

export interface Program {
  readonly entry: Module;
  /** Of the entry and its imports: syntax, imports, repeated names. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Sound files that were loaded before: programs that import the same text share what is found out about it. */
export type Library = Map<Source, Module>;

interface Loading {
  readonly read: Read;
  readonly library: Library;
  readonly diagnostics: Diagnostic[];
  readonly modules: Map<string, Module>;
  /** The files being loaded, outermost first: an import of one of them is a cycle. */
  readonly open: Set<string>;
}

export function loadProgram(entry: Source, read: Read, library: Library = new Map()): Program {
  const loading: Loading = { read, library, diagnostics: [], modules: new Map(), open: new Set() };
  return { entry: loadAll(entry, loading), diagnostics: loading.diagnostics };
}

/** Loads one file; asks for each that it imports, which may be a chain of any length. */
type LoadStep<Result> = Generator<Source, Result, Module>;

function loadAll(entry: Source, loading: Loading): Module {
  const open = [loadModule(entry, loading)];
  let answer: Module | undefined;
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { done, value } = top.next(answer as Module);
    if (done) {
      open.pop();
      answer = value;
    } else open.push(loadModule(value, loading));
  }
  return answer as Module;
}

function* loadModule(source: Source, loading: Loading): LoadStep<Module> {
  const known = loading.modules.get(source.name) ?? loading.library.get(source);
  if (known) return known;
  const before = loading.diagnostics.length;
  loading.open.add(source.name);
  const { file, diagnostics } = parse(source);
  loading.diagnostics.push(...diagnostics);
  const declarations = declared(file, loading.diagnostics);
  const { imports, missing } = yield* imported(file, declarations, loading);
  for (const name of file.damaged ?? []) if (!declarations.has(name) && !imports.has(name)) missing.add(name);
  const module: Module = {
    file,
    declarations,
    imports,
    missing,
    members: membersOf(declarations, imports),
    defaults: defaultsOf(file),
  };
  loading.open.delete(source.name);
  loading.modules.set(source.name, module);
  // What is wrong with a file is told to every program that reads it.
  if (loading.diagnostics.length === before) loading.library.set(source, module);
  return module;
}

function declared(file: File, diagnostics: Diagnostic[]): Map<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  const titles = new Map<string, Span>();
  for (const declaration of file.declarations) {
    if (declaration.kind === "test" && declaration.title !== "") checkTitle(declaration, titles, diagnostics);
    if (!("name" in declaration)) continue;
    const { text, span } = declaration.name;
    const first = declarations.get(text);
    if (first && "name" in first) diagnostics.push(twice(text, span, first.name.span));
    // A table without some of its rows would be missed row by row.
    else if (declaration.kind !== "table" || !file.partial?.has(text)) declarations.set(text, declaration);
  }
  return declarations;
}

function checkTitle({ title, titleSpan }: Test, titles: Map<string, Span>, diagnostics: Diagnostic[]): void {
  const first = titles.get(title);
  const labels = first ? [{ span: first, text: "first here" }] : [];
  if (first) diagnostics.push(diagnose(messages, "DM2002/test", titleSpan, { title }, { labels }));
  else titles.set(title, titleSpan);
}

function twice(name: string, span: Span, first: Span): Diagnostic {
  return diagnose(
    messages,
    "DM2002",
    span,
    { name, place: "file" },
    { labels: [{ span: first, text: "first defined here" }] },
  );
}

interface Imported {
  readonly imports: Map<string, { readonly module: Module; readonly name: string; readonly span: Span }>;
  readonly missing: Set<string>;
}

function* imported(file: File, declarations: ReadonlyMap<string, Declaration>, loading: Loading): LoadStep<Imported> {
  const found: Imported = { imports: new Map(), missing: new Set() };
  for (const use of file.uses) {
    const module = yield* importedModule(use.path, use.pathSpan, file.source, loading);
    for (const { name, alias } of use.names) {
      const local = alias ?? name;
      const own = declarations.get(local.text);
      const first = found.imports.get(local.text)?.span ?? (own && "name" in own ? own.name.span : undefined);
      if (first) loading.diagnostics.push(twice(local.text, local.span, first));
      if (module?.declarations.has(name.text)) {
        found.imports.set(local.text, { module, name: name.text, span: local.span });
        continue;
      }
      found.missing.add(local.text);
      if (module && !module.missing.has(name.text))
        loading.diagnostics.push(notDefined(use.path, name.text, name.span, module));
    }
  }
  return found;
}

function notDefined(path: string, name: string, span: Span, module: Module): Diagnostic {
  const guess = nearest(name, module.declarations.keys());
  return diagnose(
    messages,
    "DM2003",
    span,
    { path, name },
    { help: guess === undefined ? [] : [`did you mean ${guess}?`] },
  );
}

function* importedModule(path: string, span: Span, from: Source, loading: Loading): LoadStep<Module | undefined> {
  const source = loading.read(path, from);
  if ("error" in source) {
    const reason = source.error === "" ? "" : `: ${source.error}`;
    const help = source.help === undefined ? [] : [source.help];
    loading.diagnostics.push(diagnose(messages, "DM2009", span, { path, reason }, { help }));
    return undefined;
  }
  if (loading.open.has(source.name)) {
    const open = [...loading.open];
    const cycle = [...open.slice(open.indexOf(source.name)), source.name].join(" -> ");
    loading.diagnostics.push(diagnose(messages, "DM2008", span, { cycle }));
    return undefined;
  }
  return yield source;
}

function membersOf(declarations: Module["declarations"], imports: Module["imports"]): ReadonlySet<string> {
  const imported = [...imports.values()].map(({ module, name }) => module.declarations.get(name));
  return new Set(
    [...declarations.values(), ...imported].flatMap((declaration) =>
      declaration?.kind === "enum" ? declaration.members.map((member) => member.text) : [],
    ),
  );
}

function defaultsOf(file: File): ReadonlyMap<string, readonly Argument[]> {
  const defaults = new Map<string, Argument[]>();
  for (const declaration of file.declarations) {
    if (declaration.kind !== "defaults") continue;
    for (const { operator, args } of declaration.entries) {
      const before = defaults.get(operator.text) ?? [];
      before.push(...args);
      defaults.set(operator.text, before);
    }
  }
  return defaults;
}
