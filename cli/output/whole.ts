// One file, whole or not at all: it is written beside its place under another name, flushed, and renamed. Whatever
// goes wrong, an older one stays as it was.
import { constants, existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { access, type FileHandle, open, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "../exit.ts";
import { isSystemError, reasonOf } from "../files.ts";
import { goneOnInterrupt } from "../interrupt.ts";

export type Chunks = Iterable<Uint8Array>;

/** Called as bytes are written, with how many there are. */
export type Written = (bytes: number) => void;

export async function writeWhole(path: string, chunks: Chunks, written: Written = () => {}): Promise<void> {
  refuseNoName(path);
  try {
    const target = await writableTarget(path);
    if (target.special) await writeThrough(path, chunks, written);
    else await writeBeside(target.path, chunks, written);
  } catch (problem) {
    throw failureOf(problem, path);
  }
}

export function refuseNoName(path: string): void {
  if (path === "") throw new Failure(exits.usage, "the output has no name", ["write -o PATH"]);
}

export function failureOf(problem: unknown, path: string): unknown {
  if (problem instanceof Failure || !isSystemError(problem)) return problem;
  const help = existsSync(dirname(path)) ? [] : [`the directory ${dirname(path)} does not exist`];
  return new Failure(exits.io, `cannot write ${path}: ${reasonOf(problem)}`, help);
}

/**
 * Opening a pipe waits for somebody who reads it, and answers no signal meanwhile; so it is asked before whether
 * anybody does. What was opened to ask stays open until the pipe is: the reader would think it had ended.
 */
async function openSpecial(path: string): Promise<FileHandle> {
  const found = await stat(path);
  if (found.isSocket()) throw new Failure(exits.io, `cannot write ${path}: it is a socket`, [elsewhere]);
  if (!found.isFIFO()) return open(path, "w");
  const asked = await open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch((problem: { code?: string }) => {
    if (problem.code !== "ENXIO") throw problem;
    throw new Failure(exits.io, `cannot write ${path}: nobody reads this pipe`, [elsewhere]);
  });
  try {
    return await open(path, "w");
  } finally {
    await asked.close();
  }
}

const elsewhere = "write a file, and send it from there";

/** The file behind a link; devices and pipes are written through, since they cannot be replaced. */
export async function writableTarget(path: string): Promise<{ path: string; special: boolean }> {
  const found = await stat(path).catch((problem: { code?: string }) => {
    if (problem.code === "ENOENT") return undefined;
    throw problem;
  });
  if (!found) return { path, special: false };
  if (found.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  await access(path, constants.W_OK);
  const behind = await realpath(path).catch(() => {
    throw new Failure(exits.io, `cannot write ${path}: it is a stream of this process, and no path`, [elsewhere]);
  });
  return { path: behind, special: !found.isFile() };
}

async function writeThrough(path: string, chunks: Chunks, written: Written): Promise<void> {
  const file = await openSpecial(path);
  try {
    await writeAll(file, chunks, written);
  } finally {
    await file.close();
  }
}

async function writeBeside(path: string, chunks: Chunks, written: Written): Promise<void> {
  const temporary = temporaryOf(path);
  const forget = goneOnInterrupt([temporary]);
  try {
    removeStale(path);
    await writeNew(temporary, chunks, written);
    renameSync(temporary, path);
  } catch (problem) {
    rmSync(temporary, { force: true });
    throw problem;
  } finally {
    forget();
  }
}

/** Answers how many bytes there were. */
export async function writeNew(path: string, chunks: Chunks, written: Written): Promise<number> {
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

/** Where a file is written before it gets its name. */
export const temporaryOf = (path: string): string => join(dirname(path), `${temporaryPrefix(path)}${process.pid}.tmp`);

/** A build that was killed cannot tidy up; the next one of the same output does. */
export function removeStale(path: string): void {
  const prefix = temporaryPrefix(path);
  for (const name of readdirSync(dirname(path))) {
    const owner = name.startsWith(prefix) && name.endsWith(".tmp") ? Number(name.slice(prefix.length, -4)) : 0;
    if (owner > 0 && !isRunning(owner)) rmSync(join(dirname(path), name), { recursive: true, force: true });
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (problem) {
    return (problem as { code?: string }).code !== "ESRCH";
  }
}
