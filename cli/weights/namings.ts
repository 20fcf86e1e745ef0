// How names of a file become names of weights: what `--map` says, or the mappings that ship with the package.
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import {
  checkProgram,
  loadProgram,
  mappingsOf,
  type Naming,
  ownPaths,
  type Program,
  torchNames,
} from "../../compiler/index.ts";
import { type Diagnostic, nearest } from "../../grammar/index.ts";
import { exits, Failure } from "../exit.ts";
import { Sources, usualSizeLimit } from "../files.ts";
import { home } from "../home.ts";

export type Namings = { readonly namings: readonly Naming[] } | { readonly diagnostics: readonly Diagnostic[] };

/** The paths of the model first, then PyTorch's spelling, then whatever ships. */
export const usualNamings = (): readonly Naming[] => [ownPaths, torchNames, ...shippedNamings()];

export function shippedNamings(): readonly Naming[] {
  return shippedFiles().flatMap((path) => {
    const program = programAt(path);
    return mappingsOf(program).flatMap(({ isWhole, naming }) => (isWhole ? [naming] : []));
  });
}

function shippedFiles(): readonly string[] {
  const folder = join(home(), "specs", "weights");
  const here = relative(process.cwd(), folder);
  const shown = here.startsWith("..") ? folder : here;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".dm"))
    .sort()
    .map((name) => join(shown, name));
}

function programAt(path: string): Program {
  const sources = new Sources(usualSizeLimit);
  return loadProgram(sources.open(path).source, sources.read);
}

/** `--map FILE`, `--map FILE:NAME`, or the name of a mapping that ships. */
export function namingsOf(map: string | undefined): Namings {
  if (map === undefined) return { namings: usualNamings() };
  const [, file = map, name] = /^(.+):([A-Z][A-Za-z0-9_]*)$/.exec(map) ?? [];
  if (!existsSync(file) && /^[A-Z][A-Za-z0-9_]*$/.test(map)) return shippedNaming(map);
  const program = programAt(file);
  const wrong = checkProgram(program).filter(({ severity }) => severity === "error");
  if (wrong.length > 0) return { diagnostics: wrong };
  const mappings = mappingsOf(program);
  if (name === undefined && mappings.length > 0)
    return { namings: mappings.flatMap(({ isWhole, naming }) => (isWhole ? [naming] : [])) };
  const named = mappings.find((mapping) => mapping.name === name);
  if (named) return { namings: [named.naming] };
  throw unknownMapping(
    name,
    file,
    mappings.map((mapping) => mapping.name),
  );
}

function shippedNaming(name: string): Namings {
  const mappings = shippedFiles().flatMap((path) => mappingsOf(programAt(path)));
  const found = mappings.find((mapping) => mapping.name === name);
  if (found) return { namings: [found.naming] };
  throw unknownMapping(
    name,
    "specs/weights",
    mappings.map((mapping) => mapping.name),
  );
}

function unknownMapping(name: string | undefined, place: string, known: readonly string[]): Failure {
  const guess = name === undefined ? undefined : nearest(name, known);
  return new Failure(exits.usage, name === undefined ? `${place} has no mapping` : `${place} has no mapping ${name}`, [
    guess !== undefined
      ? `did you mean ${guess}?`
      : known.length > 0
        ? `its mappings are ${known.join(", ")}`
        : undefined,
  ]);
}
