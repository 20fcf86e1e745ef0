// What a class takes: the values that differ between its uses, called as the block or PyTorch calls them.
import type { InstanceValue } from "../../ir/graph.ts";
import { type Expression, type Literal, literal, name as named, operation } from "../../ops/kit/python.ts";
import type { Scope } from "./scopes.ts";
import type { Template } from "./template.ts";

export interface Parameter {
  readonly name: string;
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
  readonly #templates: readonly Template[];
  readonly #known: readonly Known[];

  constructor(templates: readonly Template[]) {
    this.#templates = templates;
    this.#known = knownValues(templates);
  }

  /** Numbers, any number of modules, then what a caller names: modules, and what has a default. */
  sorted(): readonly Parameter[] {
    const ranks = { literal: 0, list: 1, module: 2 } as const;
    const rank = ({ kind, usual }: Parameter): number => (usual === undefined ? ranks[kind] : 3);
    return [...this.#made].sort((a, b) => rank(a) - rank(b));
  }

  /** A width that the block itself has as a parameter stays one, even where all uses agree. */
  isOwn({ isWidth, values }: Slot): boolean {
    return (
      isWidth &&
      this.#known.some((known) => !known.isEntry && keyOf(known.values as readonly HoleValue[]) === keyOf(values))
    );
  }

  /** The parameter that holds the slot's values, or what makes them of one. */
  expressionOf(slot: Slot): Expression {
    const key = keyOf(slot.values);
    const same = this.#made.find((parameter) => parameter.kind === slot.kind && keyOf(parameter.values) === key);
    if (same) return named(same.name);
    const own = slot.kind === "literal" ? this.#ownName(key) : undefined;
    const multiple = own === undefined && this.#multiple(slot);
    if (multiple) return multiple;
    const usual =
      slot.usual !== undefined && slot.values.some((value) => isSame(value, slot.usual)) ? slot.usual : undefined;
    const { kind, values, isWidth } = slot;
    const name = this.#nameFor(slot, own);
    this.#made.push({ name, kind, values, isWidth, ...(usual === undefined ? {} : { usual }) });
    return named(name);
  }

  #ownName(key: string): string | undefined {
    return this.#known.find(({ values }) => keyOf(values as readonly HoleValue[]) === key)?.name;
  }

  /** `4 * c` and `k // 2`: what the block's own parameters explain. */
  #multiple({ values, hint, isWidth }: Slot): Expression | undefined {
    const numbers = numbersOf(values);
    if (!numbers) return undefined;
    for (const { name, values: known } of this.#known) {
      const base = numbersOf(known as readonly HoleValue[]);
      if (!base || !this.#made.some((parameter) => parameter.name === name)) continue;
      const factor = isWidth
        ? [2, 3, 4, 8].find((each) => numbers.every((n, i) => n === each * (base[i] ?? 0)))
        : undefined;
      if (factor !== undefined) return operation("*", literal(factor), named(name));
      if (hint === "padding" && numbers.every((n, i) => n === Math.floor((base[i] ?? 0) / 2)))
        return operation("//", named(name), literal(2));
    }
    return undefined;
  }

  /** The block's own word where its values are the same, otherwise PyTorch's. */
  #nameFor({ hint, owner, kind }: Slot, own: string | undefined): string {
    const attributes = new Set([...(this.#templates[0]?.init.entries.keys() ?? [])]);
    const isFree = (name: string): boolean =>
      !this.#made.some((parameter) => parameter.name === name) && (kind !== "literal" || !attributes.has(name));
    const wanted = own === undefined ? [hint, `${lastName(owner)}_${hint}`] : [own, `${own}_`];
    for (const name of wanted) if (isFree(name)) return name;
    const base = own ?? `${lastName(owner)}_${hint}`;
    for (let i = 2; ; i++) if (isFree(`${base}_${i}`)) return `${base}_${i}`;
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
