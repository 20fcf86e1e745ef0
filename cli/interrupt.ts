// Ctrl-C and its relatives: what was begun is gone afterwards, and the exit code says which signal it was.
// A handler in JavaScript waits while the program computes; so what may compute for long runs in a child
// (supervise.ts), whose parent answers signals and is told here what there is to tidy.
import { rmdirSync, rmSync } from "node:fs";
import { Worker } from "node:worker_threads";

export const signals = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** What a supervised process tells its parent: paths are begun, or they are finished or gone. */
export interface Notice {
  readonly isBegun: boolean;
  readonly paths: readonly string[];
}

const mark = "DEEPMACC_SUPERVISED";

export const isSupervised = (): boolean => process.env[mark] === "1" && process.connected;

/** The environment of a process whose parent answers signals. */
export const supervisedEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, [mark]: "1" });

/** A path that ends in a slash is a folder that goes only if it is empty: what else is in it is not ours. */
export function remove(paths: Iterable<string>): void {
  for (const path of paths) {
    if (path.endsWith("/")) removeEmpty(path);
    else rmSync(path, { recursive: true, force: true });
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else's files are in it, or it is gone.
  }
}

/** A thread beside what may compute for long: it looks whether the parent is there, knows what was begun, and ends all. */
let watch: Worker | undefined;

const watching = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { rmSync, rmdirSync } = require("node:fs");
  const begun = new Set();
  parentPort.on("message", ({ isBegun, paths }) => {
    for (const path of paths) isBegun ? begun.add(path) : begun.delete(path);
  });
  const gone = (path) => {
    try {
      path.endsWith("/") ? rmdirSync(path) : rmSync(path, { recursive: true, force: true });
    } catch {}
  };
  setInterval(() => {
    if (process.ppid === workerData) return;
    begun.forEach(gone);
    process.kill(process.pid, "SIGKILL");
  }, 1000);
`;

/** Ends this process soon after its parent, also where a loop or a native library keeps it from hearing anything. */
export function endWithParent(): void {
  watch = new Worker(watching, { eval: true, workerData: process.ppid });
  watch.unref();
}

/** From here on the files or folders at `paths` go when the process is told to end. Answers how to take that back. */
export function goneOnInterrupt(paths: readonly string[]): () => void {
  return isSupervised() ? toldToParent(paths) : watched(paths);
}

function toldToParent(paths: readonly string[]): () => void {
  // To a parent that was killed nothing can be said; that it is gone is heard on its own.
  const tell = (notice: Notice) => {
    watch?.postMessage(notice);
    if (process.connected) process.send?.(notice, undefined, {}, () => {});
  };
  // A parent that is killed cannot tidy up.
  const orphaned = (): void => {
    remove(paths);
    process.exit(129);
  };
  process.once("disconnect", orphaned);
  process.channel?.unref();
  tell({ isBegun: true, paths });
  return () => {
    process.removeListener("disconnect", orphaned);
    tell({ isBegun: false, paths });
  };
}

function watched(paths: readonly string[]): () => void {
  const watchers = signals.map(([signal, exit]) => {
    const end = (): void => {
      remove(paths);
      process.exit(exit);
    };
    process.once(signal, end);
    return () => process.removeListener(signal, end);
  });
  return () => {
    for (const forget of watchers) forget();
  };
}
