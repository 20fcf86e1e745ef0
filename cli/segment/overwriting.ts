// Nothing that a run reads is written over by what it makes: `photo.json` may be the boxes of `photo.jpg`, and
// `photo.overlay.png` a picture that is to be read as well. Files are told apart as the system does, not by their names.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { exits, Failure } from "../exit.ts";

export interface Read {
  readonly path: string;
  /** What it is, in words: `the file of boxes`. */
  readonly what: string;
}

/** `isWritten`: whether a name is one of those that the run may write into `folder`. */
export function refuseOverwriting(folder: string, isWritten: (name: string) => boolean, reads: readonly Read[]): void {
  const known = new Map(reads.map((read) => [identityOf(read.path), read]));
  known.delete(undefined);
  for (const name of namesIn(folder).filter(isWritten)) {
    const path = join(folder, name);
    const read = known.get(identityOf(path));
    if (!read) continue;
    const help = ["say where what is made goes: --out DIR, another directory"];
    throw new Failure(exits.io, `${path} is ${read.what}, and would be written over`, help);
  }
}

function namesIn(folder: string): readonly string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

/** The same for every way to write a path; undefined where no file is. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
