// One build at a time puts files that belong together in their places.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "../exit.ts";
import { isRunning } from "./whole.ts";

/** Milliseconds. It is held for a few. */
const patience = 20_000;
const pause = 20;

/** Runs `use` while nobody else does for the same path. What is locked must not wait: signals find nothing half done. */
export async function whileLocked(path: string, use: () => void): Promise<void> {
  const lock = join(dirname(path), `.${basename(path)}.deepmacc-lock`);
  const started = performance.now();
  while (!taken(lock)) {
    if (performance.now() - started > patience)
      throw new Failure(exits.io, `cannot write ${path}: another build is writing it`, [`or remove ${lock}`]);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  try {
    use();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (problem) {
    if ((problem as { code?: string }).code !== "EEXIST") throw problem;
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    return false;
  }
}

/** Its owner was killed, maybe before it could write who it was. */
function isAbandoned(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    return owner > 0 ? !isRunning(owner) : Date.now() - statSync(lock).mtimeMs > 2000;
  } catch {
    return false;
  }
}
