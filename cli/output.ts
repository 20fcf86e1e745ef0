// The only writing of files. An output appears whole or not at all: it is written beside its place under
// another name, flushed, and renamed. Whatever goes wrong, an older output stays as it was. A folder of
// files that belong together is written so as a whole.
import { constants, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { access, type FileHandle, mkdir, open, realpath, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "./exit.ts";
import { isSystemError, reasonOf } from "./files.ts";
import { goneOnInterrupt } from "./interrupt.ts";

export type Chunks = Iterable<Uint8Array>;

type Written = (bytes: number) => void;
interface NewFile {
  readonly path: string;
  chunks(): Chunks;
}

export async function writeWhole(path: string, chunks: Chunks, written: Written = () => {}): Promise<void> {
  refuseNoName(path);
  try {
    const target = await writableTarget(path);
    if (target.special) await writeThrough(target.path, chunks, written);
    else await writeBeside([{ path: target.path, chunks: () => chunks }], written);
  } catch (problem) {
    throw failureOf(problem, path);
  }
}

/**
 * Files that belong together, in a folder that is made where it is missing. The last one names the others:
 * it never stands beside files of another build. `isStale` says which files an older build may have left.
 */
export async function writeFolder(
  folder: string,
  files: readonly { readonly name: string; chunks(): Chunks }[],
  isStale: (name: string) => boolean,
  written: Written = () => {},
): Promise<void> {
  refuseNoName(folder);
  const found = statSync(folder, { throwIfNoEntry: false });
  const isNew = found === undefined;
  if (found && !found.isDirectory()) throw new Failure(exits.io, `cannot write ${folder}: it is not a directory`);
  try {
    // Another build may have made it since.
    if (isNew) await mkdir(folder).catch(ignoring("EEXIST"));
    const targets = files.map(async (file) => {
      const { path, special } = await writableTarget(join(folder, file.name));
      if (special) throw Object.assign(new Error(`${file.name} is no file`), { code: "EEXIST" });
      return { path, chunks: () => file.chunks() };
    });
    await writeBeside(await Promise.all(targets), written);
    const kept = new Set(files.map(({ name }) => name));
    for (const name of readdirSync(folder)) if (isStale(name) && !kept.has(name)) await rm(join(folder, name));
  } catch (problem) {
    if (isNew) await rmdir(folder).catch(() => {});
    throw failureOf(problem, folder);
  }
}

const ignoring = (code: string) => (problem: unknown) => {
  if ((problem as { code?: string }).code !== code) throw problem;
};

function refuseNoName(path: string): void {
  if (path === "") throw new Failure(exits.usage, "the output has no name", ["write -o PATH"]);
}

function failureOf(problem: unknown, path: string): unknown {
  if (problem instanceof Failure || !isSystemError(problem)) return problem;
  const help = existsSync(dirname(path)) ? [] : [`the directory ${dirname(path)} does not exist`];
  return new Failure(exits.io, `cannot write ${path}: ${reasonOf(problem)}`, help);
}

/** The file behind a link; devices and pipes are written through, since they cannot be replaced. */
async function writableTarget(path: string): Promise<{ path: string; special: boolean }> {
  const found = await stat(path).catch((problem: { code?: string }) => {
    if (problem.code === "ENOENT") return undefined;
    throw problem;
  });
  if (!found) return { path, special: false };
  if (found.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  await access(path, constants.W_OK);
  return { path: await realpath(path), special: !found.isFile() };
}

async function writeThrough(path: string, chunks: Chunks, written: Written): Promise<void> {
  const file = await open(path, "w");
  try {
    await writeAll(file, chunks, written);
  } finally {
    await file.close();
  }
}

/** Every file is whole under another name before the first one gets its own. */
async function writeBeside(files: readonly NewFile[], written: Written): Promise<void> {
  const temporaries = files.map(({ path }) => join(dirname(path), `${temporaryPrefix(path)}${process.pid}.tmp`));
  const forget = goneOnInterrupt(temporaries);
  let before = 0;
  try {
    for (const [i, file] of files.entries()) {
      removeStale(file.path);
      const start = before;
      before += await writeNew(temporaries[i] ?? "", file.chunks(), (bytes) => written(start + bytes));
    }
    // All at once: no signal is answered in between.
    for (const [i, { path }] of files.entries()) renameSync(temporaries[i] ?? "", path);
  } catch (problem) {
    for (const temporary of temporaries) await rm(temporary, { force: true });
    throw problem;
  } finally {
    forget();
  }
}

/** Answers how many bytes there were. */
async function writeNew(path: string, chunks: Chunks, written: Written): Promise<number> {
  const file = await open(path, "wx", 0o666);
  try {
    const bytes = await writeAll(file, chunks, written);
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunks: Chunks, written: Written): Promise<number> {
  let total = 0;
  for (const chunk of chunks) {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, Math.min(chunk.length - done, largestWrite));
      done += bytesWritten;
      written(total + done);
    }
    total += chunk.length;
  }
  return total;
}

/** Systems write no more than 2^31 bytes at once; between writes, signals are answered. */
const largestWrite = 2 ** 24;

const temporaryPrefix = (path: string): string => `.${basename(path)}.deepmacc-`;

/** A build that was killed cannot tidy up; the next one of the same output does. */
function removeStale(path: string): void {
  const prefix = temporaryPrefix(path);
  for (const name of readdirSync(dirname(path))) {
    const owner = name.startsWith(prefix) && name.endsWith(".tmp") ? Number(name.slice(prefix.length, -4)) : 0;
    if (owner > 0 && !isRunning(owner)) rmSync(join(dirname(path), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (problem) {
    return (problem as { code?: string }).code !== "ESRCH";
  }
}
