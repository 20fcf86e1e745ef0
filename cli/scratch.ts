// Folders for files that nobody keeps: made for one piece of work, and gone after it whatever happens.
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exits, Failure } from "./exit.ts";
import { reasonOf } from "./files.ts";
import { goneOnInterrupt, remove } from "./interrupt.ts";

export async function inScratchFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  // Named before it is made, so that there is no moment at which it is nobody's.
  const folder = join(tmpdir(), `deepmacc-${randomBytes(6).toString("hex")}`);
  const forget = goneOnInterrupt([folder]);
  try {
    make(folder);
    return await use(folder);
  } finally {
    remove([folder]);
    forget();
  }
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (problem) {
    throw new Failure(exits.io, `cannot make a folder for temporary files in ${tmpdir()}: ${reasonOf(problem)}`, [
      "TMPDIR says where they go",
    ]);
  }
}
