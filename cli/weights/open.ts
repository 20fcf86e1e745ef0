// From what a user calls a checkpoint to an opened one: a safetensors file, the prefix of a TensorFlow
// checkpoint or any of its files, or a directory that holds one of these.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Checkpoint, isProblem, openSafetensors, openTensorflow, type Problem } from "../../checkpoints/index.ts";
import { nearest } from "../../grammar/index.ts";
import { exits, Failure, Unreadable } from "../exit.ts";
import { isSystemError, reasonOf } from "../files.ts";
import { fileSource } from "./source.ts";

/** A checkpoint, or a failure that names the file: 74 where it cannot be read, 1 where it is damaged. */
export function openWeights(path: string): Checkpoint {
  const checkpoint = findWeights(path);
  if (checkpoint && !isProblem(checkpoint)) return checkpoint;
  if (checkpoint)
    throw new Failure(exits.diagnostics, `${path} cannot be used: ${checkpoint.problem}`, checkpoint.help);
  throw new Failure(exits.io, `cannot read ${path}: no such file or checkpoint`, [suggestion(path)]);
}

/** Undefined where nothing is there. */
export function findWeights(path: string): Checkpoint | Problem | undefined {
  if (path.includes("\0")) return undefined;
  const place = located(path);
  if (!place || isProblem(place)) return place;
  if (place.format === "safetensors") return openSafetensors(fileSource(place.path));
  return openTensorflow(fileSource(`${place.path}.index`), (index, count) => {
    const shard = `${place.path}.data-${fiveDigits(index)}-of-${fiveDigits(count)}`;
    return existsSync(shard) ? fileSource(shard) : { problem: `its data file ${basename(shard)} is not there` };
  });
}

const fiveDigits = (number: number): string => String(number).padStart(5, "0");

/** Where a checkpoint lies: the path of a file, or the prefix of several. */
interface Location {
  readonly format: Checkpoint["format"];
  readonly path: string;
}

/** A folder that may not be read is said like a file that may not. */
function located(path: string): Location | Problem | undefined {
  try {
    return locate(path);
  } catch (problem) {
    if (!isSystemError(problem)) throw problem;
    throw new Unreadable(path, reasonOf(problem));
  }
}

function locate(path: string): Location | Problem | undefined {
  const prefix = path.replace(/\.index$|\.data-\d{5}-of-\d{5}$/, "");
  if (existsSync(`${prefix}.index`)) return { format: "tensorflow", path: prefix };
  if (!existsSync(path)) return undefined;
  if (/\.data-\d{5}-of-\d{5}$/.test(path))
    return {
      problem: `it is a data file of a TensorFlow checkpoint, whose index ${basename(prefix)}.index is not there`,
    };
  return statSync(path).isDirectory() ? inDirectory(path) : { format: "safetensors", path };
}

/** The checkpoint that TensorFlow's `checkpoint` file calls the newest, or else the only one. */
function inDirectory(path: string): Location | Problem {
  const newest = newestIn(path);
  if (newest !== undefined) return { format: "tensorflow", path: join(path, newest) };
  const names = readdirSync(path);
  const parts = names.find((name) => name.endsWith(".safetensors.index.json"));
  if (parts !== undefined) return { format: "safetensors", path: join(path, parts) };
  const found: Location[] = names.flatMap((name): Location[] => {
    if (name.endsWith(".index")) return [{ format: "tensorflow", path: join(path, name.slice(0, -".index".length)) }];
    return name.endsWith(".safetensors") ? [{ format: "safetensors", path: join(path, name) }] : [];
  });
  const [only] = found;
  if (only && found.length === 1) return only;
  const saved = join(path, "variables");
  if (!only && existsSync(join(saved, "variables.index")))
    return { format: "tensorflow", path: join(saved, "variables") };
  const listing = found.map((each) => basename(each.path)).sort();
  return {
    problem: only
      ? `it is a directory with several checkpoints: ${listing.join(", ")}`
      : "it is a directory without a checkpoint",
  };
}

function newestIn(path: string): string | undefined {
  const state = join(path, "checkpoint");
  if (!existsSync(state) || !statSync(state).isFile() || statSync(state).size > 2 ** 20) return undefined;
  const [, name] = /^model_checkpoint_path: "([^"\\]+)"/m.exec(readFileSync(state, "utf8")) ?? [];
  return name !== undefined && existsSync(join(path, `${basename(name)}.index`)) ? basename(name) : undefined;
}

function suggestion(path: string): string | undefined {
  try {
    const names = readdirSync(dirname(path)).map((name) => name.replace(/\.index$/, ""));
    const guess = nearest(
      basename(path),
      names.filter((name) => !/\.data-\d{5}-of-/.test(name)),
    );
    return guess === undefined ? undefined : `did you mean ${join(dirname(path), guess)}?`;
  } catch {
    return undefined;
  }
}
