// The only reading of files. A source is strict UTF-8 of limited size; everything that can be wrong
// with a path becomes one sentence with the path in it.
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { type Diagnostic, diagnose, nearest, type Source, syntaxMessages } from "../grammar/index.ts";
import { exits, Failure, Unreadable } from "./exit.ts";

export const usualSizeLimit = 4 * 2 ** 20;

/** What a system error means, in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of the path is not a directory",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic links form a loop",
  EFBIG: "the file would be too large for this disk",
  EIO: "the disk reports an error",
  ERR_INVALID_ARG_VALUE: "it holds a NUL character",
};

export function reasonOf(problem: unknown): string {
  const { code, message } = problem as { readonly code?: string; readonly message?: string };
  return (code === undefined ? undefined : reasons[code]) ?? message ?? String(problem);
}

export const isSystemError = (problem: unknown): boolean => typeof (problem as { code?: unknown })?.code === "string";

/** Opens a file for reading. A pipe may wait for ever for somebody to write, so it is refused before. */
function openFile(path: string): number {
  const stats = statSync(path);
  if (stats.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  if (stats.isFile() || stats.isCharacterDevice()) return openSync(path, "r");
  throw new Unreadable(path, "it is no ordinary file", { help: ["write what it holds to a file first"] });
}

/** The bytes of a file, or a failure that names it. `help`: what to do about one that is too large. */
export function readBytes(path: string, limit: number, help = raiseHelp): Buffer {
  let file: number | undefined;
  try {
    file = openFile(path);
    const stats = fstatSync(file);
    if (stats.size > limit) throw tooLarge(path, `${stats.size} bytes`, limit, help);
    return stats.isFile() ? readFileSync(file) : readStream(file, path, limit, help);
  } catch (problem) {
    if (problem instanceof Failure || !isSystemError(problem)) throw problem;
    const isMissing = (problem as { readonly code?: string }).code === "ENOENT";
    throw new Unreadable(path, reasonOf(problem), { isMissing, help: [suggestFile(path, problem)] });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A device does not say how much it holds, and may never end. */
function readStream(file: number, path: string, limit: number, help: string): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    const read = readSync(file, chunk);
    if (read === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, read));
    total += read;
    if (total > limit) throw tooLarge(path, "more bytes than are read", limit, help);
  }
}

const raiseHelp = "raise it with --max-size, for example --max-size 16M";

function tooLarge(path: string, size: string, limit: number, help: string): Unreadable {
  return new Unreadable(path, `it has ${size}; the limit is ${limit}`, {
    exit: exits.limit,
    help: [help],
  });
}

/** "did you mean specs/hg52.dm?", where a file of a similar name is nearby. */
function suggestFile(path: string, problem: unknown): string | undefined {
  const { code } = problem as { readonly code?: string };
  if (code === "EISDIR" && existsSync(join(path, "parts.json"))) return suggestPart(path);
  const here = modelFilesIn(code === "EISDIR" ? path : dirname(path));
  if (code === "EISDIR")
    return here.length === 0 ? undefined : `name a file in it, for example ${join(path, here[0] ?? "")}`;
  if (code !== "ENOENT") return undefined;
  const name = basename(path);
  const guess = here.includes(`${name}.dm`) ? `${name}.dm` : nearest(name, here);
  return guess === undefined ? undefined : `did you mean ${join(dirname(path), guess)}?`;
}

/** `build --parts` wrote the folder; only files of ONNX are read again. */
function suggestPart(folder: string): string {
  const part = readdirSync(folder)
    .sort()
    .find((name) => name.endsWith(".onnx"));
  return part === undefined
    ? "it is a folder of parts: name the model that they were built from, with --part"
    : `it is a folder of parts: name one, for example ${join(folder, part)}`;
}

function modelFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".dm"))
      .sort();
  } catch {
    return [];
  }
}

export interface Opened {
  readonly source: Source;
  /** The text could not be decoded; nothing in it was read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Opens sources, each file once, so that one file reached by two paths is one module. */
export class Sources {
  readonly #limit: number;
  readonly #known = new Map<string, Source>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  open(path: string): Opened {
    const bytes = readBytes(path, this.#limit);
    const identity = realpathSync(path);
    const known = this.#known.get(identity);
    if (known) return { source: known, diagnostics: [] };
    const name = normalize(path);
    try {
      const source = { name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
      this.#known.set(identity, source);
      return { source, diagnostics: [] };
    } catch {
      return notText(name, bytes);
    }
  }

  /** Reads what a `use` names, seen from another file. */
  readonly read = (path: string, from: Source): Source | { readonly error: string; readonly help?: string } => {
    const refused = importRefusal(path);
    if (refused !== undefined) return { error: refused };
    const place = join(dirname(from.name), path);
    try {
      const { source, diagnostics } = this.open(place);
      return diagnostics.length === 0 ? source : { error: "it is not UTF-8 text" };
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      return this.#importFailure(problem, path, from);
    }
  };

  /** In a `use`, paths are relative to the file, so the suggestion is too. */
  #importFailure(
    { reason, isMissing }: Unreadable,
    path: string,
    from: Source,
  ): { readonly error: string; readonly help?: string } {
    const folder = join(dirname(from.name), dirname(path));
    const guess = nearest(basename(path), modelFilesIn(folder));
    if (guess === undefined || !isMissing) return { error: reason };
    const shown = `${path.slice(0, path.length - basename(path).length)}${guess}`;
    return { error: "", help: `did you mean "${shown}"?` };
  }
}

/** A text names files relative to itself: a program never reads what its author did not lay beside it. */
export function pathRefusal(path: string): string | undefined {
  if (path.includes("\0")) return "the path holds a NUL character";
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return "the path must be relative to this file";
  if (path.includes("\\")) return "write the path with /";
  return undefined;
}

const importRefusal = (path: string): string | undefined =>
  pathRefusal(path) ?? (path.endsWith(".dm") ? undefined : "the name must end in .dm");

function notText(name: string, bytes: Buffer): Opened {
  const source: Source = { name, text: "" };
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const note = marked
    ? "its first two bytes mark it as UTF-16"
    : `byte ${firstInvalid(bytes)} is not part of a UTF-8 character`;
  const diagnostic = diagnose(syntaxMessages, "DM1004", { source, start: 0, end: 0 }, {}, { notes: [note] });
  return { source, diagnostics: [diagnostic] };
}

/** The offset of the first byte that is not UTF-8. */
function firstInvalid(bytes: Buffer): number {
  const text = bytes.toString("utf8");
  let offset = 0;
  for (const character of text) {
    if (character === "\ufffd" && bytes.compare(replacement, 0, 3, offset, offset + 3) !== 0) return offset;
    offset += Buffer.byteLength(character);
  }
  return offset;
}
const replacement = Buffer.from("\ufffd");
