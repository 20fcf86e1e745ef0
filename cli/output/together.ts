// Files that belong together: one names the others. At every moment the files are those of the older build or those
// of the new one, whatever ends this process. That takes two steps, since only one file can be renamed at a time. The
// new data stands beside the old one under names of its own; a main file that names those replaces the old, in one
// rename: now all is new. Then the data get their usual names as well, and the main file that names these comes last.
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "../exit.ts";
import { goneOnInterrupt, remove } from "../interrupt.ts";
import { whileLocked } from "./lock.ts";
import {
  type Chunks,
  failureOf,
  isRunning,
  refuseNoName,
  removeStale,
  temporaryOf,
  type Written,
  writableTarget,
  writeNew,
} from "./whole.ts";

interface DataFile {
  readonly name: string;
  chunks(): Chunks;
}

/** The file that names the others. */
interface MainFile {
  readonly name: string;
  /** What it holds where a data file is called `nameOf(its usual name)`. */
  chunks(nameOf: (name: string) => string): Chunks;
}

export interface Together {
  readonly data: readonly DataFile[];
  readonly main: MainFile;
  /** Whether an older build may have left a file of this name. */
  isStale?(name: string): boolean;
}

/** Writes into a folder that is made where it is missing. */
export async function writeFolder(folder: string, files: Together, written: Written = () => {}): Promise<void> {
  refuseNoName(folder);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) throw new Failure(exits.io, `cannot write ${folder}: it is not a directory`);
  try {
    if (!found) make(folder);
    await write(folder, files, written, found ? [] : [`${folder}/`]);
  } catch (problem) {
    if (!found) remove([`${folder}/`]);
    throw failureOf(problem, folder);
  }
}

/** Another build may have made it since. */
function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (problem) {
    if ((problem as { code?: string }).code !== "EEXIST") throw problem;
  }
}

/** Writes into a folder that may hold other files as well. */
export async function writeTogether(folder: string, files: Together, written: Written = () => {}): Promise<void> {
  try {
    await write(folder, files, written);
  } catch (problem) {
    throw failureOf(problem, join(folder, files.main.name));
  }
}

/**
 * Every file is whole under another name before the first one gets its own. `made`: what else goes if this is
 * interrupted.
 */
async function write(place: string, files: Together, written: Written, made: readonly string[] = []): Promise<void> {
  const { data, main } = files;
  const folder = realpathSync(place);
  const usual = await Promise.all([...data, main].map(({ name }) => ordinaryPath(folder, name)));
  const mainPath = usual.at(-1) ?? "";
  const own = ownNames();
  const interim = join(folder, own(main.name));
  const temporaries = [...usual.map(temporaryOf), interim];
  const forget = goneOnInterrupt([...temporaries, ...made]);
  let before = 0;
  const writeOne = async (path: string, chunks: Chunks): Promise<void> => {
    removeStale(path);
    const start = before;
    before += await writeNew(temporaryOf(path), chunks, (bytes) => written(start + bytes));
  };
  try {
    for (const [i, file] of data.entries()) await writeOne(usual[i] ?? "", file.chunks());
    await writeOne(
      mainPath,
      main.chunks((name) => name),
    );
    const isSplit = data.length > 0 && usual.every((path) => dirname(path) === folder);
    if (isSplit) await writeNew(interim, main.chunks(own), () => {});
    await whileLocked(mainPath, () => {
      if (isSplit && existsSync(mainPath)) replace(usual, interim, own);
      else for (const path of usual) renameSync(temporaryOf(path), path);
      removeLeftovers(folder, files);
    });
  } finally {
    remove(temporaries);
    forget();
  }
}

async function ordinaryPath(folder: string, name: string): Promise<string> {
  const { path, special } = await writableTarget(join(folder, name));
  if (special) throw Object.assign(new Error(`${name} is no file`), { code: "EEXIST" });
  return path;
}

/** Names that no other build uses, alive or killed. */
function ownNames(): (name: string) => string {
  const mark = `deepmacc-${process.pid}-${randomBytes(4).toString("hex")}-`;
  return (name) => mark + name;
}
const ownPattern = /^deepmacc-(\d+)-[0-9a-f]{8}-/;

/** The two steps. All at once: no signal is answered in between. */
function replace(usual: readonly string[], interim: string, own: (name: string) => string): void {
  const mainPath = usual.at(-1) ?? "";
  const places = usual.slice(0, -1).map((path) => ({ path, beside: join(dirname(path), own(basename(path))) }));
  for (const { path, beside } of places) renameSync(temporaryOf(path), beside);
  renameSync(interim, mainPath);
  for (const { path, beside } of places) giveName(beside, path);
  renameSync(temporaryOf(mainPath), mainPath);
  remove(places.map(({ beside }) => beside));
}

/** The file has both names afterwards, where the disk knows such a thing. */
function giveName(beside: string, path: string): void {
  try {
    linkSync(beside, temporaryOf(path));
  } catch {
    return renameSync(beside, path);
  }
  renameSync(temporaryOf(path), path);
}

/** What no main file names any more: files of an older build, and of one that was killed. */
function removeLeftovers(folder: string, { data, main, isStale = () => false }: Together): void {
  const kept = new Set([...data, main].map(({ name }) => name));
  for (const name of readdirSync(folder)) {
    const [mark = "", owner] = ownPattern.exec(name) ?? [];
    const usual = name.slice(mark.length);
    const isKilled = owner !== undefined && !isRunning(Number(owner)) && (kept.has(usual) || isStale(usual));
    if (isKilled || (isStale(name) && !kept.has(name))) rmSync(join(folder, name), { force: true });
  }
}
