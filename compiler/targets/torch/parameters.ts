// What a class takes: the values that differ between its uses, called as the block or PyTorch calls them.
import type { InstanceValue } from "../../ir/graph.ts";
import { type Expression, type Literal, literal, name as named, operation } from "../../ops/kit/python.ts";
import { parameterNames, parameterSpelling } from "./names.ts";
import type { Scope } from "./scopes.ts";
import type { Template } from "./template.ts";

export interface Parameter {
  readonly name: string;
  /** What the block calls it. */
  readonly word: string;
  readonly kind: "literal" | "module" | "list";
  readonly values: readonly HoleValue[];
  /** Written in the signature, and left out where it is the value. */
  readonly usual?: Literal;
  /** A number of channels or features. */
  readonly isWidth: boolean;
}

export type HoleValue = Literal | Scope | readonly Scope[];

/** One value per use, and what a parameter for it would be called. */
export interface Slot {
  readonly kind: "literal" | "module" | "list";
  readonly values: readonly HoleValue[];
  readonly hint: string;
  readonly owner: string;
  readonly usual?: Literal;
  readonly isWidth: boolean;
}

export const isScope = (value: HoleValue): value is Scope => typeof value === "object" && "parts" in value;
const isLiteral = (value: HoleValue): value is Literal =>
  !isScope(value) && !(Array.isArray(value) && value.some((item) => typeof item === "object"));

export const lastName = (owner: string): string =>
  owner
    .split(".")
    .filter((name) => !/^\d/.test(name))
    .at(-1) ?? "";

/** The parameters of a constructor, made as they are asked for. */
export class Parameters {
  readonly #made: Parameter[] = [];
  /** By kind and values. */
  readonly #byKey = new Map<string, Parameter>();
  readonly #names = parameterNames();
  readonly #attributes: ReadonlySet<string>;
  readonly #known: readonly Known[];
  /** What the block's own parameters are, by their values; the first of several. */
  readonly #own = new Map<string, Known>();
  readonly #wholes = new Set<string>();

  constructor(templates: readonly Template[]) {
    this.#attributes = new Set(templates[0]?.init.entries.keys() ?? []);
    this.#known = knownValues(templates);
    for (const known of this.#known) {
      const key = keyOf(known.values as readonly HoleValue[]);
      if (!this.#own.has(key)) this.#own.set(key, known);
      if (!known.isEntry) this.#wholes.add(key);
    }
  }

  /** Numbers, any number of modules, then what a caller names: modules, and what has a default. */
  sorted(): readonly Parameter[] {
    const ranks = { literal: 0, list: 1, module: 2 } as const;
    const rank = ({ kind, usual }: Parameter): number => (usual === undefined ? ranks[kind] : 3);
    return [...this.#made].sort((a, b) => rank(a) - rank(b));
  }

  /** A width that the block itself has as a parameter stays one, even where all uses agree. */
  isOwn({ isWidth, values }: Slot): boolean {
    return isWidth && this.#wholes.has(keyOf(values));
  }

  /** The parameter that holds the slot's values, or what makes them of one. */
  expressionOf(slot: Slot): Expression {
    const { kind, values, isWidth, usual } = slot;
    const key = keyOf(values);
    const same = this.#byKey.get(`${kind} ${key}`);
    if (same) return named(same.name);
    const own = kind === "literal" ? this.#own.get(key)?.name : undefined;
    const multiple = own === undefined ? this.#multiple(slot) : undefined;
    if (multiple) return multiple;
    const isUsual = usual !== undefined && values.some((value) => isSame(value, usual));
    const name = this.#nameFor(slot, own);
    const made = { name, word: own ?? name, kind, values, isWidth, ...(isUsual ? { usual } : {}) };
    this.#made.push(made);
    this.#byKey.set(`${kind} ${key}`, made);
    return named(name);
  }

  /** `4 * c` and `k // 2`: what the block's own parameters explain. */
  #multiple({ values, hint, isWidth }: Slot): Expression | undefined {
    const numbers = numbersOf(values);
    if (!numbers) return undefined;
    for (const { name, values: known } of this.#known) {
      const base = numbersOf(known as readonly HoleValue[]);
      const made = this.#byKey.get(`literal ${keyOf(known as readonly HoleValue[])}`);
      if (!base || made?.word !== name) continue;
      const factor = isWidth
        ? [2, 3, 4, 8].find((each) => numbers.every((n, i) => n === each * (base[i] ?? 0)))
        : undefined;
      if (factor !== undefined) return operation("*", literal(factor), named(made.name));
      if (hint === "padding" && numbers.every((n, i) => n === Math.floor((base[i] ?? 0) / 2)))
        return operation("//", named(made.name), literal(2));
    }
    return undefined;
  }

  /** The block's own word where its values are the same, otherwise PyTorch's. */
  #nameFor({ hint, owner, kind }: Slot, own: string | undefined): string {
    const longer = `${lastName(owner)}_${hint}`;
    const words = (own === undefined ? [hint, longer] : [own, `${own}_`]).map(parameterSpelling);
    const free = words.filter((word) => kind !== "literal" || !this.#attributes.has(word));
    return this.#names.claim(...free, parameterSpelling(own ?? longer));
  }
}

const keyOf = (values: readonly HoleValue[]): string =>
  values.map((value) => (isLiteral(value) ? JSON.stringify(simple(value)) : dirsOf(value))).join(";");
const dirsOf = (value: Scope | readonly Scope[]): string =>
  isScope(value) ? value.dir : value.map(({ dir }) => dir).join();
/** [3, 3] and 3 are one value. */
const simple = (value: Literal): Literal =>
  typeof value === "object" && value.length === 2 && value[0] === value[1] ? (value[0] as number) : value;
const isSame = (a: HoleValue, b: Literal | undefined): boolean =>
  isLiteral(a) && b !== undefined && JSON.stringify(simple(a)) === JSON.stringify(simple(b));

function numbersOf(values: readonly HoleValue[]): readonly number[] | undefined {
  const numbers = values.map((value) => (isLiteral(value) ? simple(value) : undefined));
  return numbers.every((n) => typeof n === "number") ? numbers : undefined;
}

/** The parameters of the block in every use; of lists, their entries: `c0`. */
interface Known {
  readonly name: string;
  readonly values: readonly InstanceValue[];
  /** One entry of a parameter that is a list. */
  readonly isEntry: boolean;
}

function knownValues(templates: readonly Template[]): readonly Known[] {
  const [first] = templates;
  const known: Known[] = [];
  for (const name of first?.scope.instance?.params.keys() ?? []) {
    const values = templates.map(({ scope }) => scope.instance?.params.get(name));
    if (values.every((value) => value !== undefined && typeof value !== "object")) {
      known.push({ name, values: values as readonly InstanceValue[], isEntry: false });
      continue;
    }
    for (let i = 0; i < 4; i++) {
      const entries = values.map((value) =>
        Array.isArray(value) ? (value[i] as InstanceValue | undefined) : undefined,
      );
      if (entries.every((entry) => typeof entry === "number"))
        known.push({ name: `${name}${i}`, values: entries, isEntry: true });
    }
  }
  return known;
}
