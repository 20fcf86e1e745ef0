// `check specs/`: a directory stands for the model files in it, at any depth.
import { readdirSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { exits, Failure } from "./exit.ts";
import { isSystemError, reasonOf } from "./files.ts";

/** The files that a path stands for; what is no directory stands for itself. */
export function modelFiles(path: string): readonly string[] {
  if (path === "") throw new Failure(exits.usage, "a path is empty");
  return isDirectory(path) ? filesIn(path) : [normalize(path)];
}

/** What cannot be looked at is no directory: whoever reads it says what is wrong. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function filesIn(folder: string): readonly string[] {
  const files = below(folder);
  if (files.length > 0) return files;
  throw new Failure(exits.usage, `${folder} holds no .dm files`);
}

/** Links to directories are not followed, so there is an end; installed packages are somebody else's. */
function below(folder: string): readonly string[] {
  const entries = readableEntries(folder).filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return below(path);
      return entry.name.endsWith(".dm") ? [path] : [];
    });
}

function readableEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (problem) {
    if (!isSystemError(problem)) throw problem;
    throw new Failure(exits.io, `cannot read ${folder}: ${reasonOf(problem)}`);
  }
}
