// A folder that is written as one: all of it stands beside its place under another name, and then takes the place.
// Whatever goes wrong before, an older one stays as it was.
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { exits, Failure } from "../exit.ts";
import { goneOnInterrupt, remove } from "../interrupt.ts";
import { whileLocked } from "./lock.ts";
import { failureOf, refuseNoName, removeStale, temporaryOf } from "./whole.ts";

export interface WholeFolder {
  readonly path: string;
  /** The file that is there once the folder is whole, and tells a folder of ours from any other. */
  readonly main: string;
  /** Whether an older build wrote what has this name; anything else moves into the new folder. */
  isOurs(name: string): boolean;
}

/** `fill` writes into the folder that it is given. */
export async function writeWholeFolder<Result>(
  folder: WholeFolder,
  fill: (path: string) => Promise<Result>,
): Promise<Result> {
  refuseNoName(folder.path);
  try {
    return await writeBeside(folder, placeOf(folder), fill);
  } catch (problem) {
    throw failureOf(problem, folder.path);
  }
}

/** Where the folder really is; it is made, replaced if an older build made it, and else left alone. */
function placeOf({ path, main }: WholeFolder): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return path;
  if (!found.isDirectory()) throw new Failure(exits.io, `cannot write ${path}: it is not a directory`);
  if (readdirSync(path).length === 0 || existsSync(join(path, main))) return realpathSync(path);
  throw new Failure(exits.io, `cannot write ${path}: it holds files that are not of an older build`, [
    "name a new folder: -o FOLDER",
  ]);
}

async function writeBeside<Result>(
  folder: WholeFolder,
  place: string,
  fill: (path: string) => Promise<Result>,
): Promise<Result> {
  const temporary = temporaryOf(place);
  const forget = goneOnInterrupt([temporary]);
  try {
    removeStale(place);
    mkdirSync(temporary);
    const result = await fill(temporary);
    await whileLocked(place, () => replace(folder, place, temporary));
    return result;
  } finally {
    remove([temporary]);
    forget();
  }
}

/** All at once: no signal is answered in between. */
function replace({ isOurs }: WholeFolder, place: string, temporary: string): void {
  if (!existsSync(place)) return renameSync(temporary, place);
  const older = join(dirname(place), `.${basename(place)}.deepmacc-${process.pid}-older`);
  renameSync(place, older);
  try {
    renameSync(temporary, place);
  } catch (problem) {
    renameSync(older, place);
    throw problem;
  }
  for (const name of readdirSync(older))
    if (!isOurs(name) && !existsSync(join(place, name))) renameSync(join(older, name), join(place, name));
  rmSync(older, { recursive: true, force: true });
}
