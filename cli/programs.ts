// From a REF to a program and the request for one of its models.
import { loadProgram, type ModelRequest, modelsOf, type Program } from "../compiler/index.ts";
import { type Diagnostic, nearest } from "../grammar/index.ts";
import { exits, Failure } from "./exit.ts";
import { Sources, usualSizeLimit } from "./files.ts";
import { parseByteCount, parseFields, parseReference, parseSizes, type Reference, referenceHelp } from "./reference.ts";

export interface SourceOptions {
  readonly maxSize?: string;
}

export interface ModelOptions extends SourceOptions {
  readonly at?: readonly string[];
  readonly with?: readonly string[];
}

export function sourcesFor(options: SourceOptions): Sources {
  return new Sources(options.maxSize === undefined ? usualSizeLimit : parseByteCount(options.maxSize, "--max-size"));
}

/** A loaded file, or the diagnostics that say why nothing in it was read. */
export type Loaded = { readonly program: Program } | { readonly diagnostics: readonly Diagnostic[] };

export function loadFile(path: string, sources: Sources): Loaded {
  const { source, diagnostics } = sources.open(path);
  return diagnostics.length > 0 ? { diagnostics } : { program: loadProgram(source, sources.read) };
}

export interface Chosen {
  readonly reference: Reference;
  readonly program: Program;
  readonly request: ModelRequest;
}

/** What REF, `--at` and `--with` say together. */
export function chooseModel(
  text: string,
  options: ModelOptions,
): Chosen | { readonly diagnostics: readonly Diagnostic[] } {
  const at = options.at && parseSizes(options.at.join(","));
  const fields = options.with && parseFields(options.with.join(","));
  const reference = parseReference(text);
  const loaded = loadReferenced(reference.file, options);
  if ("diagnostics" in loaded) return loaded;
  const { program } = loaded;
  const broken = program.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (broken.length > 0) return { diagnostics: broken };
  const named = nameModel(reference, program);
  const request = { ...named, ...(at && { at }), ...(fields !== undefined && { with: fields }) };
  return { reference, program, request };
}

/** What is no file and does not look like one may be a REF with a slip in it. */
function loadReferenced(file: string, options: SourceOptions): Loaded {
  try {
    return loadFile(file, sourcesFor(options));
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.exit !== exits.io || file.endsWith(".dm")) throw problem;
    throw new Failure(problem.exit, problem.message, [...problem.help, referenceHelp]);
  }
}

/** The model that REF names; without a name, the only one of the file. */
function nameModel(reference: Reference, program: Program): { model: string; key?: string } {
  const { file, model, key } = reference;
  const models = modelsOf(program);
  const known = models.map(({ name }) => name);
  if (model !== undefined) {
    if (!known.includes(model))
      throw new Failure(exits.usage, `${file} has no model ${model}`, [
        ...suggestion(model, known),
        listing(file, models),
      ]);
    return key === undefined ? { model } : { model, key };
  }
  const [only] = models;
  if (!only) throw new Failure(exits.usage, `${file} has no model`);
  if (models.length > 1 || only.keys.length > 0) {
    throw new Failure(exits.usage, `${file} has more than one model; name one`, [listing(file, models)]);
  }
  return { model: only.name };
}

function suggestion(name: string, known: readonly string[]): string[] {
  const guess = nearest(name, known);
  return guess === undefined ? [] : [`did you mean ${guess}?`];
}

function listing(file: string, models: ReturnType<typeof modelsOf>): string {
  const names = models.flatMap(({ name, keys }) => (keys.length === 0 ? [name] : keys.map((key) => `${name}[${key}]`)));
  const shown = names.length > 12 ? [...names.slice(0, 12), "…"] : names;
  return shown.length === 0 ? `${file} has no models` : `its models are ${shown.join(", ")}`;
}
