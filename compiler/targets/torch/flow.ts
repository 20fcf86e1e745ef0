// The statements of `forward`. A value that is read once stands where it is read; the others are locals, called
// as the source calls them, or as what they replace where the flow goes straight on.
import type { Value } from "../../ir/graph.ts";
import { call, type Expression, name as named, tuple } from "../../ops/kit/python.ts";
import { primitiveOf } from "../../ops/of-node.ts";
import { filled, namesIn } from "./fill.ts";
import type { ModuleNames } from "./module-names.ts";
import { localNames, localSpelling, type Names } from "./names.ts";
import { flat, lineWidth, statement } from "./printer.ts";
import { comment } from "./python.ts";
import type { Part, Scope } from "./scopes.ts";
import type { Step, Val } from "./steps.ts";
import { access, type Container, type Fill, literalHole, portName } from "./template.ts";

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
  readonly names: ModuleNames;
  readonly init: Container;
  readonly fill: Fill;
  /** Names of the inputs where they are given: those of the model. */
  readonly inputs?: readonly string[];
  /** Taken already in this function. */
  readonly taken?: readonly string[];
  /** The comment above the statement that makes a named value. */
  readonly docs: ReadonlyMap<string, string>;
  /** What the text calls values that come together. */
  readonly words: ReadonlyMap<Value, string>;
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
  readonly #names: Names;
  /** What stands for each value: a local, or an expression that waits for its one reader. */
  readonly #values = new Map<Val, Expression>();
  readonly #settings = new Map<Part, readonly (readonly Expression[])[]>();
  readonly #waiting = new Map<Val, Part>();
  /** Locals that may be used again: not called so by the source. */
  readonly #plain = new Set<string>();
  readonly #left: Map<Val, number>;
  /** The names in what somebody will still read, and how many values each is in. */
  readonly #live = new Map<Val, ReadonlySet<string>>();
  readonly #mentions = new Map<string, number>();
  readonly #readers: ReadonlyMap<Val, readonly Part[]>;
  readonly #same: ReadonlyMap<Val, Val>;
  readonly #inputs: readonly string[];
  readonly #lines: string[] = [];

  constructor(scope: Scope, options: Options) {
    this.#scope = scope;
    this.#options = options;
    this.#names = localNames(options.taken);
    this.#same = aliasesIn(scope);
    this.#left = readsIn(scope, this.#same);
    this.#readers = readersIn(scope);
    this.#inputs = scope.inputs.map((val, i) => {
      const name =
        options.inputs?.[i] ?? this.#claim(portName(scope, val) ?? (val.size === undefined ? "x" : val.size));
      this.#set(val, named(name));
      if (val.size === undefined) this.#plain.add(name);
      return name;
    });
  }

  #claim(word: string): string {
    return this.#names.claim(localSpelling(word));
  }

  add(part: Part): void {
    if (part.kind === "step" && isAlias(part)) return;
    const [output, second] = outputsOf(part);
    const reads = part.kind === "step" ? part.step.inputs : part.scope.inputs;
    if (flat(this.#expressionOf(part)).length > longestText) this.#spill(reads);
    const value = this.#expressionOf(part);
    this.#consume(part);
    if (!output) return;
    if (second) this.#assignAll(part, value);
    else this.#place(part, output, value);
  }

  #place(part: Part, output: Val, value: Expression): void {
    const reads = this.#left.get(output) ?? 0;
    const isResult = this.#scope.outputs.includes(output);
    const word = isResult && reads === 1 ? undefined : this.#sourceWord(part);
    // At the border of the model a change of axis order has a line of its own.
    const isBorder = part.kind === "step" && !part.step.node && !isResult;
    const fits = flat(value).length <= (isResult && this.#scope.outputs.length === 1 ? resultWidth : inlineWidth);
    if (reads === 1 && word === undefined && fits && !isBorder) {
      this.#set(output, value);
      this.#waiting.set(output, part);
      return;
    }
    const isLet = part.kind === "scope" && part.scope.kind === "sequence" && !isCounted(part.scope.dir);
    const reused = isLet || word !== undefined ? undefined : this.#reused(part);
    const local = reused ?? this.#claim(word ?? nameOf(part));
    if (word === undefined) this.#plain.add(local);
    this.#lines.push(...comment(this.#options.docs.get(word ?? ""), 2));
    this.#assign(local, value);
    this.#set(output, named(local));
  }

  #set(val: Val, value: Expression): void {
    this.#forget(val);
    this.#values.set(val, value);
    if ((this.#left.get(val) ?? 0) === 0) return;
    const names = namesIn(value);
    this.#live.set(val, names);
    for (const each of names) this.#mentions.set(each, (this.#mentions.get(each) ?? 0) + 1);
  }

  /** Nobody will read the value any more. */
  #forget(val: Val): void {
    for (const each of this.#live.get(val) ?? []) this.#mentions.set(each, (this.#mentions.get(each) ?? 0) - 1);
    this.#live.delete(val);
  }

  /** Expressions that wait get lines of their own. */
  #spill(reads: readonly Val[]): void {
    for (const val of reads.map((read) => this.#own(read))) {
      const part = this.#waiting.get(val);
      if (!part) continue;
      this.#waiting.delete(val);
      const value = this.#value(val);
      const root = this.#root(val);
      // Its name is free once the expression that is spilled no longer counts as a reader.
      this.#forget(val);
      const local = this.#plain.has(root) && !this.#isRead(root) ? root : this.#claim(nameOf(part));
      this.#plain.add(local);
      this.#assign(local, value);
      this.#set(val, named(local));
    }
  }

  #expressionOf(part: Part): Expression {
    return part.kind === "step" ? this.#filled(part, part.step) : this.#called(part);
  }

  /** Counts what the part reads as read. */
  #consume(part: Part): void {
    const reads = part.kind === "scope" ? part.scope.inputs : part.step.inputs;
    reads.forEach((val, i) => {
      const times = part.kind === "scope" ? 1 : (part.step.reads[i] ?? 0);
      const own = this.#own(val);
      const left = (this.#left.get(own) ?? 0) - times;
      this.#left.set(own, left);
      if (left <= 0) this.#forget(own);
    });
  }

  #assign(target: string, value: Expression): void {
    this.#lines.push(...statement(`${target} = `, value, 2));
  }

  #assignAll(part: Part, value: Expression): void {
    const targets = outputsOf(part).map((output) => {
      const name =
        (this.#left.get(output) ?? 0) === 0 ? "_" : this.#claim(outputName(part, output, this.#options.words));
      this.#set(output, named(name));
      return name;
    });
    this.#assign(targets.join(", "), value);
  }

  /** The word of a `let`, `skip` or `output` whose value this is, seen from outside of its name. */
  #sourceWord(part: Part): string | undefined {
    if (part.kind === "step" && !part.step.node) return undefined;
    const path = part.kind === "step" ? (part.step.node?.path ?? "") : part.scope.dir;
    const rest = this.#scope.dir === "" ? path : path.slice(this.#scope.dir.length + 1);
    const [name = "", ...more] = rest.split("/");
    if (more.length === 0 || isCounted(name)) return undefined;
    const [output] = outputsOf(part);
    if (!output || !this.#leaves(output, name)) return undefined;
    const last = more.at(-1) ?? "";
    return isCounted(last) || isPlain(part, last) ? name : last;
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

  /** The one local that a value is made of, as far as the flow goes straight on; "" where there is none. */
  #root(val: Val): string {
    const [only, other] = [...namesIn(this.#value(val))].filter((each) => this.#plain.has(each));
    return other === undefined ? (only ?? "") : "";
  }

  #isRead(name: string): boolean {
    return (this.#mentions.get(name) ?? 0) > 0;
  }

  #own(val: Val): Val {
    return this.#same.get(val) ?? val;
  }

  #value(val: Val): Expression {
    const own = this.#own(val);
    const value = this.#values.get(own);
    if (!value) throw new Error(`internal: ${own.value?.path ?? own.size} is read before it is made`);
    return value;
  }

  #called(part: Extract<Part, { kind: "scope" }>): Expression {
    return call(
      this.#access(part),
      part.scope.inputs.map((val) => this.#value(val)),
    );
  }

  #access(part: Part): Expression {
    return access(this.#options.names.within(this.#scope, part), this.#options.init);
  }

  #filled(part: Part, { expression, settings, name, inputs }: Step): Expression {
    // Holes are filled in order and once.
    const values =
      this.#settings.get(part) ?? settings.map((argument) => this.#options.fill(literalHole(argument, name)));
    this.#settings.set(part, values);
    let next = 0;
    return filled(expression, (place) => {
      if (place.kind === "input") return [this.#value(inputs[place.index] as Val)];
      return place.kind === "layer" ? [this.#access(part)] : (values[next++] ?? []);
    });
  }

  finish(): Flow {
    const { outputs } = this.#scope;
    const { result } = this.#options;
    const [only, second] = outputs;
    if (only && !second && flat(this.#value(only)).length > resultWidth) this.#spill(outputs);
    const values = outputs.map((val) => this.#value(val));
    if (result !== undefined) this.#lines.push(...statement("return ", call(result, values), 2));
    else this.#lines.push(...returned(values));
    return { inputs: this.#inputs, lines: this.#lines };
  }
}

/** Several results need no parentheses where they fit on one line. */
function returned(values: readonly Expression[]): readonly string[] {
  const [only, second] = values;
  if (only && !second) return statement("return ", only, 2);
  const line = `        return ${values.map(flat).join(", ")}`;
  return line.length <= lineWidth ? [line] : statement("return ", tuple(values), 2);
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

const outputsOf = (part: Part): readonly Val[] => (part.kind === "step" ? part.step.outputs : part.scope.outputs);

const isAlias = (part: Part): boolean => part.kind === "step" && part.step.expression.kind === "input";

/** Values that are another one unchanged. */
function aliasesIn(scope: Scope): ReadonlyMap<Val, Val> {
  const same = new Map<Val, Val>();
  for (const part of scope.parts) {
    if (part.kind !== "step" || !isAlias(part)) continue;
    const [input] = part.step.inputs;
    const [output] = part.step.outputs;
    if (input && output) same.set(output, same.get(input) ?? input);
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
      part.step.inputs.forEach((val, i) => read(val, part.step.reads[i]));
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
function outputName(part: Part, output: Val, words: ReadonlyMap<Value, string>): string {
  if (part.kind === "step") {
    const word = output.value && words.get(output.value);
    return word ?? fieldsOf(part.step)[part.step.outputs.indexOf(output)] ?? nameOf(part);
  }
  const path = output.value?.path ?? "";
  const [name = ""] = path.slice(part.scope.dir.length + 1).split("/");
  return name === "" || /^\d/.test(name) ? nameOf(part) : name;
}

/** The names of an operator's results. */
function fieldsOf({ node }: Step): readonly string[] {
  const outputs = node && primitiveOf(node).outputs;
  return outputs === undefined || outputs === "many" ? [] : outputs;
}
