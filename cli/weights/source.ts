// A file as a source of bytes: opened once, read by range, never held whole.
import { fstatSync, openSync, readSync, statSync } from "node:fs";
import type { ByteSource } from "../../checkpoints/index.ts";
import { Unreadable } from "../exit.ts";
import { isSystemError, reasonOf } from "../files.ts";

/** The file stays open as long as the process needs its weights. */
export function fileSource(path: string): ByteSource {
  const failed = (problem: unknown): never => {
    if (!isSystemError(problem)) throw problem;
    throw new Unreadable(path, reasonOf(problem));
  };
  try {
    // Asked before it is opened: opening a pipe would wait for somebody to write.
    if (!statSync(path).isFile()) throw new Unreadable(path, "it is no ordinary file");
    const file = openSync(path, "r");
    return {
      name: path,
      size: fstatSync(file).size,
      read: (offset, length) => readRange(file, offset, length, failed),
    };
  } catch (problem) {
    return failed(problem);
  }
}

function readRange(file: number, offset: number, length: number, failed: (problem: unknown) => never): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    while (done < length) {
      const read = readSync(file, bytes, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
  } catch (problem) {
    failed(problem);
  }
  return done === length ? bytes : bytes.subarray(0, done);
}
