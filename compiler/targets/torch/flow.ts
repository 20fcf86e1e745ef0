// The statements of `forward`. A value that is read once stands where it is read; the others are locals, called
// as the source calls them, or as what they replace where the flow goes straight on.
import { LocalNames, reservedLocals } from "./names.ts";
import { isTight, statement } from "./python.ts";
import type { Part, Scope } from "./scopes.ts";
import type { Val } from "./steps.ts";
import { accessText, type Container, type Crowded, type Fill, literalHole, portName, segmentsOf } from "./template.ts";

/** Longer expressions get a line of their own. */
const inlineWidth = 64;
/** What fits behind a name. */
const longestText = 68;
/** What fits behind `return`. */
const resultWidth = 73;

export interface Flow {
  /** Names of what flows in, in order. */
  readonly inputs: readonly string[];
  readonly lines: readonly string[];
}

interface Options {
  readonly crowded: Crowded;
  readonly init: Container;
  readonly fill: Fill;
  /** Names of the inputs where they are given: those of the model. */
  readonly inputs?: readonly string[];
  /** Taken already in this function. */
  readonly taken?: readonly string[];
  /** The comment above the statement that makes a named value. */
  readonly docs: ReadonlyMap<string, string>;
  /** What the result is wrapped in: `Outputs`. */
  readonly result?: string;
}

export function flowOf(scope: Scope, options: Options): Flow {
  const writer = new Writer(scope, options);
  for (const part of scope.parts) writer.add(part);
  return writer.finish();
}

class Writer {
  readonly #scope: Scope;
  readonly #options: Options;
  readonly #names: LocalNames;
  /** The text of each value: a local, or an expression that waits for its one reader. */
  readonly #texts = new Map<Val, string>();
  readonly #filled = new Map<Part, readonly (string | undefined)[]>();
  readonly #waiting = new Map<Val, Part>();
  /** Locals that may be used again: not called so by the source. */
  readonly #plain = new Set<string>();
  readonly #left: Map<Val, number>;
  /** The texts that somebody will still read. */
  readonly #live = new Map<Val, string>();
  readonly #readers: ReadonlyMap<Val, readonly Part[]>;
  readonly #same: ReadonlyMap<Val, Val>;
  readonly #inputs: readonly string[];
  readonly #lines: string[] = [];

  constructor(scope: Scope, options: Options) {
    this.#scope = scope;
    this.#options = options;
    this.#names = new LocalNames([...reservedLocals, ...(options.taken ?? [])]);
    this.#same = aliasesIn(scope);
    this.#left = readsIn(scope, this.#same);
    this.#readers = readersIn(scope);
    this.#inputs = scope.inputs.map((val, i) => {
      const name =
        options.inputs?.[i] ?? this.#names.claim(portName(scope, val) ?? (val.size === undefined ? "x" : val.size));
      this.#set(val, name);
      if (val.size === undefined) this.#plain.add(name);
      return name;
    });
  }

  add(part: Part): void {
    if (part.kind === "step" && isAlias(part)) return;
    const [output, second] = part.kind === "step" ? [part.step.output] : part.scope.outputs;
    const reads = part.kind === "step" ? part.step.inputs : part.scope.inputs;
    if (this.#textOf(part).length > longestText) this.#spill(reads);
    const text = this.#textOf(part);
    this.#consume(part);
    if (!output) return;
    if (second) this.#assignAll(part, text);
    else this.#place(part, output, text);
  }

  #place(part: Part, output: Val, text: string): void {
    const reads = this.#left.get(output) ?? 0;
    const isResult = this.#scope.outputs.includes(output);
    const name = isResult && reads === 1 ? undefined : this.#sourceName(part);
    // At the border of the model a change of axis order has a line of its own.
    const isBorder = part.kind === "step" && !part.step.node && !isResult;
    const fits = text.length <= (isResult && this.#scope.outputs.length === 1 ? resultWidth : inlineWidth);
    if (reads === 1 && name === undefined && fits && !isBorder) {
      this.#set(output, text);
      this.#waiting.set(output, part);
      return;
    }
    const isLet = part.kind === "scope" && part.scope.kind === "sequence" && !isCounted(part.scope.dir);
    const local = name ?? (isLet ? undefined : this.#reused(part)) ?? this.#names.claim(nameOf(part));
    if (name === undefined) this.#plain.add(local);
    const doc = this.#options.docs.get(name ?? "");
    for (const line of doc?.split("\n") ?? []) this.#lines.push(`        # ${line.trim()}`.trimEnd());
    this.#assign(local, text);
    this.#set(output, local);
  }

  #set(val: Val, text: string): void {
    this.#texts.set(val, text);
    if ((this.#left.get(val) ?? 0) > 0) this.#live.set(val, text);
  }

  /** Expressions that wait get lines of their own. */
  #spill(reads: readonly Val[]): void {
    for (const val of reads.map((read) => this.#own(read))) {
      const part = this.#waiting.get(val);
      if (!part) continue;
      this.#waiting.delete(val);
      const text = this.#texts.get(val) ?? "";
      const root = this.#root(val);
      // Its name is free once the expression that is spilled no longer counts as a reader.
      this.#live.delete(val);
      const local = this.#plain.has(root) && !this.#isRead(root) ? root : this.#names.claim(nameOf(part));
      this.#plain.add(local);
      this.#assign(local, text);
      this.#set(val, local);
    }
  }

  #textOf(part: Part): string {
    return part.kind === "step" ? this.#stepText(part) : this.#callText(part);
  }

  /** Counts what the part reads as read. */
  #consume(part: Part): void {
    const reads = part.kind === "scope" ? part.scope.inputs : part.step.inputs;
    reads.forEach((val, i) => {
      const times = part.kind === "scope" ? 1 : part.step.text.split(`⟨x${i}⟩`).length - 1;
      const own = this.#own(val);
      const left = (this.#left.get(own) ?? 0) - times;
      this.#left.set(own, left);
      if (left <= 0) this.#live.delete(own);
    });
  }

  #assign(target: string, text: string): void {
    this.#lines.push(...statement(`${target} = ${text}`, 2));
  }

  #assignAll(part: Part, text: string): void {
    const outputs = part.kind === "step" ? [part.step.output] : part.scope.outputs;
    const targets = outputs.map((output) => {
      const name = (this.#left.get(output) ?? 0) === 0 ? "_" : this.#names.claim(outputName(part, output));
      this.#set(output, name);
      return name;
    });
    this.#assign(targets.join(", "), text);
  }

  /** The word of a `let`, `skip` or `output` whose value this is, seen from outside of its name. */
  #sourceName(part: Part): string | undefined {
    if (part.kind === "step" && !part.step.node) return undefined;
    const path = part.kind === "step" ? (part.step.node?.path ?? "") : part.scope.dir;
    const rest = this.#scope.dir === "" ? path : path.slice(this.#scope.dir.length + 1);
    const [name = "", ...more] = rest.split("/");
    if (more.length === 0 || isCounted(name)) return undefined;
    const [output] = part.kind === "step" ? [part.step.output] : part.scope.outputs;
    if (!output || !this.#leaves(output, name)) return undefined;
    const last = more.at(-1) ?? "";
    return this.#names.claim(isCounted(last) || isPlain(part, last) ? name : last);
  }

  /** Read by a part that lies below another name, or by nobody here. */
  #leaves(val: Val, name: string): boolean {
    const prefix = this.#scope.dir === "" ? `${name}/` : `${this.#scope.dir}/${name}/`;
    if (this.#scope.outputs.includes(val)) return true;
    return (this.#readers.get(val) ?? []).some((part) => {
      const path = part.kind === "step" ? (part.step.node?.path ?? `${part.step.dir}/`) : part.scope.dir;
      return !path.startsWith(prefix);
    });
  }

  /** The name of the one value that flows in, where nobody reads it later. */
  #reused(part: Part): string | undefined {
    const reads = part.kind === "step" ? part.step.inputs : part.scope.inputs;
    const roots = reads.filter((val) => val.size === undefined).map((val) => this.#root(val));
    const [name, other] = new Set(roots);
    if (name === undefined || other !== undefined || !this.#plain.has(name) || this.#isRead(name)) return undefined;
    return name;
  }

  /** The one local that a text is made of, as far as it goes straight on. */
  #root(val: Val): string {
    const text = this.#texts.get(this.#own(val)) ?? "";
    const words = (text.match(/(?<![\w.=])[A-Za-z_]\w*(?![\w(=])/g) ?? []).filter((word) => this.#plain.has(word));
    return new Set(words).size === 1 ? (words[0] as string) : text;
  }

  #isRead(name: string): boolean {
    const word = new RegExp(`\\b${name}\\b`);
    return [...this.#live.values()].some((text) => word.test(text));
  }

  #own(val: Val): Val {
    return this.#same.get(val) ?? val;
  }

  #text(val: Val): string {
    const own = this.#own(val);
    const text = this.#texts.get(own);
    if (text === undefined) throw new Error(`internal: ${own.value?.path ?? own.size} is read before it is made`);
    return text;
  }

  #callText(part: Extract<Part, { kind: "scope" }>): string {
    const access = accessText(segmentsOf(part, this.#scope, this.#options.crowded), this.#options.init);
    return `${access}(${part.scope.inputs.map((val) => this.#text(val)).join(", ")})`;
  }

  #stepText(part: Extract<Part, { kind: "step" }>): string {
    const { text, literals, name, inputs } = part.step;
    // Holes are filled in order and once.
    const filled =
      this.#filled.get(part) ?? literals.map((argument) => this.#options.fill(literalHole(argument, name)));
    this.#filled.set(part, filled);
    return text
      .replace(/⟨(?:([xv])(\d+)|layer)⟩/g, (place, kind: string | undefined, digits: string, at: number) => {
        if (kind === undefined)
          return accessText(segmentsOf(part, this.#scope, this.#options.crowded), this.#options.init);
        if (kind === "x") return inPlace(this.#text(inputs[Number(digits)] as Val), text, at, place.length);
        const argument = literals[Number(digits)];
        const value = filled[Number(digits)];
        if (value === undefined) return "⟨none⟩";
        return argument?.name === undefined ? value : `${argument.name}=${value}`;
      })
      .replaceAll(", ⟨none⟩", "");
  }

  finish(): Flow {
    const { result } = this.#options;
    const all = (): string => this.#scope.outputs.map((val) => this.#text(val)).join(", ");
    if (this.#scope.outputs.length === 1 && all().length > resultWidth) this.#spill(this.#scope.outputs);
    const texts = all();
    this.#lines.push(...statement(`return ${result === undefined ? texts : `${result}(${texts})`}`, 2));
    return { inputs: this.#inputs, lines: this.#lines };
  }
}

/** Names that the language gives, not the author. */
const isCounted = (path: string): boolean => /(^|\/)((chain|each|grow|repeat)(_\d+)?|\d+)$/.test(path);

/** The last name is only that of the block or of the operator. */
function isPlain(part: Part, name: string): boolean {
  const kind = part.kind === "step" ? part.step.node?.op : part.scope.instance?.block;
  return (
    name
      .replace(/(_\d+)?$/, "")
      .replace(/_/g, "")
      .toLowerCase() === (kind ?? name).replace(/_/g, "").toLowerCase()
  );
}

/** Parentheses where the place is next to a dot, a bracket or an operator. */
function inPlace(text: string, around: string, at: number, length: number): string {
  if (isTight(text)) return text;
  const [before, after] = [around.slice(0, at), around.slice(at + length)];
  const alone = (before === "" || /[(,] ?$/.test(before)) && (after === "" || /^[),]/.test(after));
  const sum = before === "" && /^ [-+] /.test(after) && !/^-/.test(text);
  return alone || sum ? text : `(${text})`;
}

const isAlias = (part: Part): boolean => part.kind === "step" && part.step.text === "⟨x0⟩";

/** Values that are another one unchanged. */
function aliasesIn(scope: Scope): ReadonlyMap<Val, Val> {
  const same = new Map<Val, Val>();
  for (const part of scope.parts) {
    if (part.kind !== "step" || !isAlias(part)) continue;
    const [input] = part.step.inputs;
    if (input) same.set(part.step.output, same.get(input) ?? input);
  }
  return same;
}

function readersIn(scope: Scope): ReadonlyMap<Val, readonly Part[]> {
  const readers = new Map<Val, Part[]>();
  for (const part of scope.parts) {
    for (const val of new Set(part.kind === "step" ? part.step.inputs : part.scope.inputs)) {
      const known = readers.get(val);
      if (known) known.push(part);
      else readers.set(val, [part]);
    }
  }
  return readers;
}

/** How often each value is written down. */
function readsIn(scope: Scope, same: ReadonlyMap<Val, Val>): Map<Val, number> {
  const reads = new Map<Val, number>();
  const read = (val: Val, times = 1): void => {
    const own = same.get(val) ?? val;
    reads.set(own, (reads.get(own) ?? 0) + times);
  };
  for (const part of scope.parts) {
    if (part.kind === "scope") for (const val of part.scope.inputs) read(val);
    else if (!isAlias(part)) {
      part.step.inputs.forEach((val, i) => read(val, part.step.text.split(`⟨x${i}⟩`).length - 1));
    }
  }
  for (const val of scope.outputs) read(val);
  return reads;
}

function nameOf(part: Part): string {
  if (part.kind === "step") return part.step.node ? part.step.name : "x";
  const name = part.scope.dir.slice(part.scope.dir.lastIndexOf("/") + 1);
  return /^\d+$/.test(name) ? "x" : name;
}

/** What the source calls one of several results, or what made it. */
function outputName(part: Part, output: Val): string {
  const path = output.value?.path ?? "";
  const dir = part.kind === "step" ? part.step.dir : part.scope.dir;
  const [name = ""] = path.slice(dir.length + 1).split("/");
  return name === "" || /^\d/.test(name) ? nameOf(part) : name;
}
