// A model is named as FILE (its only model), FILE:MODEL, FILE:MODEL[KEY] or, for what this package ships,
// by MODEL[KEY] alone. `--at` and `--with` say the rest, in the words of the language.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { nearest } from "../grammar/index.ts";
import { exits, Failure } from "./exit.ts";
import { home } from "./home.ts";

export interface Reference {
  readonly file: string;
  readonly model?: string;
  /** Without quotes: `HG[52]` and `SpineNet["49"]` have keys 52 and 49. */
  readonly key?: string;
}

/** A name with a capital, and perhaps a key: a Windows path such as C:\nets\a.dm never ends like this. */
const modelPattern = /^([A-Z][A-Za-z0-9_]*)(?:\[\s*(?:"([^"]*)"|'([^']*)'|([^\]"']*?))\s*\])?$/;

/** What a REF is, for whoever wrote something else. */
export const referenceHelp = "a REF is FILE (its only model), FILE:MODEL or FILE:MODEL[KEY]";

export function parseReference(text: string): Reference {
  if (text.trim() === "") throw new Failure(exits.usage, "the model has no name", [referenceHelp]);
  const colon = modelColon(text);
  if (colon >= 0) return { file: text.slice(0, colon), ...modelOf(text.slice(colon + 1)) };
  if (existsSync(text)) return { file: text };
  if (modelPattern.test(text)) return shipped(text);
  // What stands behind a file is a model with a slip in it; whoever knows the models says so.
  const [, file, model] = /^(.*?\.dm)(?::|(?=[[(]))(.*)$/s.exec(text) ?? [];
  return file !== undefined && model !== undefined ? { file, model } : { file: text };
}

/** The colon in front of a model, or -1; keys may hold colons themselves. */
function modelColon(text: string): number {
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    if (colon > 0 && modelPattern.test(text.slice(colon + 1))) return colon;
  }
  return -1;
}

function modelOf(text: string): { model: string; key?: string } {
  const [, model = "", quoted, single, bare] = modelPattern.exec(text) ?? [];
  const key = quoted ?? single ?? bare;
  return key === undefined ? { model } : { model, key };
}

function shipped(text: string): Reference {
  const named = modelOf(text);
  const models = shippedModels();
  const file = models.get(named.model);
  if (file !== undefined) return { file, ...named };
  const guess = nearest(named.model, models.keys());
  throw new Failure(exits.usage, `no shipped model is called ${named.model}`, [
    guess === undefined ? `shipped are ${[...models.keys()].sort().join(", ")}` : `did you mean ${guess}?`,
    `a model of your own is named with its file: model.dm:${text}`,
  ]);
}

/** The shipped model that was meant by what is no file: "hg[52]", "HG(52)". */
export function shippedGuess(text: string): string | undefined {
  const [, name, key] = /^(\w+)(?:\W+(\w+)\W*|\W*)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const models = shippedModels();
  const guess = models.has(name) ? name : nearest(name, models.keys());
  return guess && (key === undefined ? guess : `${guess}[${key}]`);
}

/** Every shipped model, and its file. */
function shippedModels(): ReadonlyMap<string, string> {
  const models = new Map<string, string>();
  for (const path of shippedFiles())
    for (const [, name = ""] of readFileSync(path, "utf8").matchAll(/^model (\w+)/gm))
      if (!models.has(name)) models.set(name, path);
  return models;
}

/** The files of specs/, seen from where the user stands. */
export function shippedFiles(): string[] {
  const specs = join(home(), "specs");
  const files = readdirSync(specs, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".dm"));
  return files.sort().map((name) => {
    const path = join(specs, name);
    const near = relative(process.cwd(), path);
    return near.startsWith("..") ? path : near;
  });
}

/** "hg100" for HG[100]: the usual name of an output. It is a name and no way out of the folder, whatever the file is called. */
export function fileNameOf({ file, model, key }: Reference): string {
  const text =
    model === undefined ? (file.split(/[/\\]/).at(-1) ?? "model").replace(/\.dm$/, "") : `${model}${key ?? ""}`;
  const name = text.toLowerCase().replace(/[^a-z0-9._-]/g, "");
  return name.replace(/^[.-]+/, "") || "model";
}

/** Splits at commas that stand outside brackets and quotes. */
export function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === '"' && text[i - 1] !== "\\") quoted = !quoted;
    else if (quoted) continue;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== "");
}

const sizesHelp = "write dimensions and whole numbers: --at N=1,S=32,C=50";

/** `--at N=1,S=32` */
export function parseSizes(text: string): Readonly<Record<string, number>> {
  const sizes = new Map<string, number>();
  for (const part of splitTopLevel(text)) {
    const [, name, number] = /^([A-Za-z_]\w*)\s*=\s*(\d+)$/.exec(part) ?? [];
    if (name === undefined || number === undefined) throw unreadableSize(part);
    if (!Number.isSafeInteger(Number(number))) throw new Failure(exits.limit, `--at: ${name} = ${number} is past 2^53`);
    if (sizes.has(name)) throw new Failure(exits.usage, `--at gives ${name} twice`);
    sizes.set(name, Number(number));
  }
  if (sizes.size === 0) throw new Failure(exits.usage, "--at is empty", [sizesHelp]);
  return Object.fromEntries(sizes);
}

function unreadableSize(part: string): Failure {
  return new Failure(exits.usage, `--at cannot read "${part}"`, [sizeAdvice(part)]);
}

/** What to write for the sizes that people write. */
function sizeAdvice(part: string): string {
  const pieces = part.split(/[\s;]+/);
  if (pieces.length > 1 && pieces.every((piece) => /^\w+=\d+$/.test(piece)))
    return `write commas: --at ${pieces.join(",")}`;
  const [, name, value = ""] = /^([A-Za-z_]\w*)\s*[:=]\s*(.*)$/s.exec(part) ?? [];
  if (name === undefined) return sizesHelp;
  if (/^(-1|\?|\*|none|null|dynamic|any|free)$/i.test(value)) return `leave ${name} out: what is not fixed stays free`;
  const number = Number(value.replaceAll("_", ""));
  const isSize = value !== "" && Number.isSafeInteger(number) && number >= 0;
  return isSize ? `write digits: --at ${name}=${number}` : sizesHelp;
}

/** `--with nc=4,head=HG[20]`: the text of the fields of a `with { … }`. */
export function parseFields(text: string): string {
  const parts = splitTopLevel(text);
  const isField = (part: string): boolean => /^[A-Za-z_]\w*\s*[=:]\s*\S/.test(part) && isClosed(part);
  const wrong = parts.find((part) => !isField(part));
  if (wrong === undefined && parts.length > 0) return parts.join(", ");
  throw new Failure(exits.usage, `--with cannot read "${wrong ?? text}"`, [fieldAdvice(parts, wrong)]);
}

function fieldAdvice(parts: readonly string[], wrong = ""): string {
  const [, name, value] = /^(\w+)\s*[=:]\s*([^=]*)$/.exec(parts[0] ?? "") ?? [];
  const isList =
    name !== undefined &&
    value !== undefined &&
    parts.length > 1 &&
    parts.slice(1).every((part) => !part.includes("="));
  if (isList) return `a list stands in brackets: --with '${name}=[${[value, ...parts.slice(1)].join(", ")}]'`;
  if (/^[A-Za-z_]\w*$/.test(wrong)) return `say what ${wrong} is: --with ${wrong}=…`;
  return "write parameters and values: --with nc=4,head=HG[20]";
}

/** Every bracket and quote is closed in it, and nothing hides behind a comment. */
function isClosed(text: string): boolean {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  for (const mark of text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/[()[\]{}"#]/g) ?? []) {
    if (mark === '"' || mark === "#") return false;
    const partner = pairs[mark];
    if (partner === undefined) open.push(mark);
    else if (open.pop() !== partner) return false;
  }
  return open.length === 0;
}

/** "16M", "4MiB" or a number of bytes. */
export function parseByteCount(text: string, option: string): number {
  const [, digits, unit = ""] = /^(\d+)\s*(|[KMG]|[KMG]iB)$/.exec(text) ?? [];
  const factor = unit === "" ? 1 : (unit.endsWith("iB") ? 1024 : 1000) ** ("KMG".indexOf(unit[0] ?? "") + 1);
  const bytes = Number(digits) * factor;
  if (digits === undefined || !Number.isSafeInteger(bytes) || bytes < 1) {
    throw new Failure(exits.usage, `${option} cannot read "${text}"`, [`write bytes with a unit: ${option} 16M`]);
  }
  return bytes;
}

export function parseWhole(text: string, option: string, [least, most]: readonly [number, number]): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new Failure(exits.usage, `${option} must be a whole number ${range}, not "${text}"`);
}
