// Uses of blocks -> classes. Uses with one skeleton share a class; what differs between them becomes a parameter
// of its constructor: a number, a module, or any number of modules.
import { type Argument, type Expression, type Literal, literal, name as named } from "../../ops/kit/python.ts";
import { nameGroups } from "./class-names.ts";
import type { ModuleNames } from "./module-names.ts";
import { type HoleValue, isScope, lastName, type Parameter, Parameters, type Slot } from "./parameters.ts";
import { flat, literalText } from "./printer.ts";
import type { Part, Scope } from "./scopes.ts";
import { type Hole, type Template, templateOf } from "./template.ts";

export interface Class {
  readonly name: string;
  readonly block: string;
  readonly templates: readonly Template[];
  /** What stands in each hole of the first template; nothing where it is not written. */
  readonly fillings: readonly (readonly Expression[])[];
  readonly parameters: readonly Parameter[];
}

interface Group {
  name: string;
  readonly block: string;
  readonly templates: Template[];
  made?: Class;
}

/** All classes of a model, each behind those that it uses; the last one is the model itself. */
export function classesOf(root: Scope, names: ModuleNames): readonly Class[] {
  const book = new Book(names);
  book.collect(root);
  return book.classes(root);
}

class Book {
  readonly #names: ModuleNames;
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<Scope, Group>();
  readonly #place = new Map<Scope, number>();

  constructor(names: ModuleNames) {
    this.#names = names;
  }

  /** Templates of a scope and of everything in it, innermost first. */
  collect(scope: Scope): void {
    const visit = (part: Part): void => {
      if (part.kind === "scope") this.collect(part.scope);
    };
    scope.parts.forEach(visit);
    if (scope.kind !== "class") return;
    const template = templateOf(scope, this.#names);
    const declared = scope.instance?.declared;
    const key = `${declared?.source.name} ${declared?.start} ${scope.instance?.block}\n${template.skeleton}`;
    const group = this.#groups.get(key) ?? { name: "", block: scope.instance?.block ?? "", templates: [] };
    this.#groups.set(key, group);
    this.#groupOf.set(scope, group);
    this.#place.set(scope, group.templates.push(template) - 1);
  }

  classes(root: Scope): readonly Class[] {
    nameGroups([...this.#groups.values()], this.#groupOf.get(root));
    const order: Class[] = [];
    const done = new Set<Group>();
    const visit = (group: Group): void => {
      if (done.has(group)) return;
      done.add(group);
      for (const { scope } of group.templates) for (const child of usesIn(scope.parts)) visit(this.#required(child));
      order.push(this.#classOf(group));
    };
    visit(this.#required(root));
    return order;
  }

  #required(scope: Scope): Group {
    const group = this.#groupOf.get(scope);
    if (!group) throw new Error(`internal: ${scope.dir} has no class`);
    return group;
  }

  #classOf(group: Group): Class {
    group.made ??= this.#make(group);
    return group.made;
  }

  #make(group: Group): Class {
    const [first] = group.templates;
    const parameters = new Parameters(group.templates);
    const fillings = (first?.holes ?? []).map((hole, i) => {
      const slot = slotOf(
        hole,
        group.templates.map((template) => template.holes[i] as Hole),
      );
      const [value, ...others] = this.#express(slot, parameters);
      return !value || isUsual(value, slot.usual) ? [] : [value, ...others];
    });
    return {
      name: group.name,
      block: group.block,
      templates: group.templates,
      fillings,
      parameters: parameters.sorted(),
    };
  }

  /** What makes the slot's value in every use: a constant, a parameter, a module, or the members of a list. */
  #express(slot: Slot, parameters: Parameters): readonly Expression[] {
    const [first] = slot.values;
    if (slot.kind === "literal") {
      const constant = slot.values.every((value) => JSON.stringify(value) === JSON.stringify(first));
      return [constant && !parameters.isOwn(slot) ? literal(first as Literal) : parameters.expressionOf(slot)];
    }
    if (slot.kind === "module") return [this.#module(slot, parameters) ?? parameters.expressionOf(slot)];
    return this.#list(slot, parameters) ?? [{ kind: "spread", of: parameters.expressionOf(slot) }];
  }

  /** Undefined where the uses have modules of different classes. */
  #module(slot: Slot, parameters: Parameters): Expression | undefined {
    const scopes = slot.values as readonly Scope[];
    const groups = new Set(scopes.map((scope) => this.#required(scope)));
    const [group, other] = groups;
    if (!group || other) return undefined;
    const made = this.#classOf(group);
    const variadic = variadicOf(made.parameters);
    const columns = made.parameters.map(({ values }) =>
      scopes.map((scope) => values[this.#place.get(scope) ?? 0] as HoleValue),
    );
    if (made.parameters.some(({ kind }, i) => kind === "list" && !this.#isUniform(columns[i] as Lists)))
      return undefined;
    const args = made.parameters.flatMap((parameter, i) => {
      const { name, kind, usual, isWidth } = parameter;
      const values = columns[i] ?? [];
      const hint = kind === "module" ? moduleName(name, values) : name;
      const inner = { kind, values, hint, owner: slot.owner, isWidth, ...(usual === undefined ? {} : { usual }) };
      return argumentsOf(parameter, i, this.#express(inner, parameters), variadic);
    });
    return { kind: "call", callee: named(made.name), args };
  }

  /** Lists of one length whose members have one class each. */
  #isUniform(lists: Lists): boolean {
    const [first = []] = lists;
    return (
      lists.every((list) => list.length === first.length) &&
      first.every((_, i) => new Set(lists.map((list) => this.#required(list[i] as Scope))).size === 1)
    );
  }

  /** Undefined where the uses have lists of different lengths, or members of different classes. */
  #list(slot: Slot, parameters: Parameters): readonly Expression[] | undefined {
    const lists = slot.values as Lists;
    if (!this.#isUniform(lists)) return undefined;
    const members = (lists[0] ?? []).flatMap((_, i) => {
      const values = lists.map((list) => list[i] as Scope);
      return this.#express({ ...slot, kind: "module", values }, parameters);
    });
    return repeated(members);
  }
}

/** Nothing for what a caller need not write. */
function argumentsOf(
  parameter: Parameter,
  place: number,
  values: readonly Expression[],
  variadic: Parameter | undefined,
): readonly Argument[] {
  const { name, kind, usual } = parameter;
  if (parameter === variadic) return values.map((value) => ({ value }));
  if (kind === "list") return [{ name, value: { kind: "list", items: values } }];
  const isNamed = kind === "module" || usual !== undefined || (!variadic && place >= 4);
  return values.flatMap((value) => (isUsual(value, usual) ? [] : [isNamed ? { name, value } : { value }]));
}

const isUsual = (value: Expression, usual: Literal | undefined): boolean =>
  usual !== undefined && value.kind === "literal" && literalText(value.value) === literalText(usual);

type Lists = readonly (readonly Scope[])[];

/** The one parameter that takes any number of modules by position. */
export const variadicOf = (parameters: readonly Parameter[]): Parameter | undefined =>
  parameters.find(({ kind }) => kind === "list");

/** Runs of equal members as a comprehension. */
function repeated(members: readonly Expression[]): readonly Expression[] {
  const texts = members.map(flat);
  const parts: Expression[] = [];
  for (let i = 0; i < texts.length; ) {
    let end = i;
    while (texts[end] === texts[i] && end < texts.length) end++;
    const item = members[i] as Expression;
    if (end - i < 3) parts.push(...members.slice(i, end));
    else parts.push({ kind: "repeat", item, count: end - i });
    i = end;
  }
  return parts;
}

function usesIn(parts: readonly Part[]): readonly Scope[] {
  return parts.flatMap((part) => {
    if (part.kind === "step") return [];
    return part.scope.kind === "class" ? [part.scope] : usesIn(part.scope.parts);
  });
}

function slotOf(hole: Hole, holes: readonly Hole[]): Slot {
  const values = holes.map((each): HoleValue => {
    if (each.kind === "literal") return each.argument.value;
    return each.kind === "module" ? each.scope : each.scopes;
  });
  const { kind, owner } = hole;
  if (hole.kind !== "literal") return { kind, values, hint: moduleName(owner, values), owner, isWidth: false };
  const { name, hint, usual } = hole.argument;
  const isWidth = /^(in|out)_(channels|features)$/.test(hint ?? "");
  return { kind, values, hint: hint ?? name ?? "value", owner, isWidth, ...(usual === undefined ? {} : { usual }) };
}

/** The author's word for a module: `inner`; `up` for `up.stage`, where the last name is only that of the block. */
function moduleName(owner: string, [value]: readonly HoleValue[]): string {
  const last = lastName(owner);
  const block = value !== undefined && isScope(value) ? (value.instance?.block ?? "") : "";
  const isPlain = last.replace(/_/g, "").toLowerCase() === block.toLowerCase();
  return isPlain ? (owner.split(".")[0] ?? last) : last;
}
