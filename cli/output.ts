// The only writing of files. An output appears whole or not at all: it is written beside its place under
// another name, flushed, and renamed. Whatever goes wrong, an older output stays as it was.
import { constants, existsSync, readdirSync, rmSync } from "node:fs";
import { access, type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "./exit.ts";
import { isSystemError, reasonOf } from "./files.ts";

export type Chunks = Iterable<Uint8Array>;

export async function writeWhole(
  path: string,
  chunks: Chunks,
  written: (bytes: number) => void = () => {},
): Promise<void> {
  if (path === "") throw new Failure(exits.usage, "the output has no name", ["write -o FILE"]);
  try {
    const target = await writableTarget(path);
    if (target.special) await writeThrough(target.path, chunks, written);
    else await writeBeside(target.path, chunks, written);
  } catch (problem) {
    if (problem instanceof Failure || !isSystemError(problem)) throw problem;
    const help = existsSync(dirname(path)) ? [] : [`the directory ${dirname(path)} does not exist`];
    throw new Failure(exits.io, `cannot write ${path}: ${reasonOf(problem)}`, help);
  }
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

async function writeThrough(path: string, chunks: Chunks, written: (bytes: number) => void): Promise<void> {
  const file = await open(path, "w");
  try {
    await writeAll(file, chunks, written);
  } finally {
    await file.close();
  }
}

async function writeBeside(path: string, chunks: Chunks, written: (bytes: number) => void): Promise<void> {
  removeStale(path);
  const temporary = join(dirname(path), `${temporaryPrefix(path)}${process.pid}.tmp`);
  const forget = removeOnSignal(temporary);
  try {
    const file = await open(temporary, "wx", 0o666);
    try {
      await writeAll(file, chunks, written);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (problem) {
    await rm(temporary, { force: true });
    throw problem;
  } finally {
    forget();
  }
}

async function writeAll(file: FileHandle, chunks: Chunks, written: (bytes: number) => void): Promise<void> {
  let total = 0;
  for (const chunk of chunks) {
    for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
    total += chunk.length;
    written(total);
  }
}

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

/** Ctrl-C leaves no half file behind. Answers how to stop watching. */
function removeOnSignal(temporary: string): () => void {
  const signals = [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const;
  const watchers = signals.map(([signal, exit]) => {
    const remove = (): void => {
      rmSync(temporary, { force: true });
      process.exit(exit);
    };
    process.once(signal, remove);
    return () => process.removeListener(signal, remove);
  });
  return () => {
    for (const forget of watchers) forget();
  };
}
