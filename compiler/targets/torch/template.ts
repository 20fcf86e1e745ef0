// A scope as a class with places: which modules it makes, with every value and every module that could differ
// between uses of a block as a hole. Uses with equal skeletons are one class.
import type { Weight } from "../../ir/graph.ts";
import { type Expression, item, literal, member, name as named } from "../../ops/kit/python.ts";
import type { TorchArgument, TorchCall } from "../../ops/kit/torch.ts";
import { constructorOf, filled } from "./fill.ts";
import type { ModuleNames } from "./module-names.ts";
import { flat } from "./printer.ts";
import type { Part, Scope } from "./scopes.ts";
import type { Val } from "./steps.ts";

export type InitNode =
  | { readonly kind: "call"; readonly call: TorchCall; readonly weights: readonly Weight[] }
  | { readonly kind: "use"; readonly scope: Scope }
  | Container;

/** nn.Sequential where it is called, otherwise a list or a dictionary of modules. */
export interface Container {
  readonly kind: "container";
  readonly isCalled: boolean;
  readonly entries: Map<string, InitNode>;
  /** Set once, when all entries are there. */
  naming?: Naming;
}

interface Naming {
  /** Names count from 0. */
  readonly isCounted: boolean;
  /** Some names are numbers, but they do not count. */
  readonly hasNumbers: boolean;
  readonly places: ReadonlyMap<string, number>;
}

function namingOf(container: Container): Naming {
  if (container.naming) return container.naming;
  const names = [...container.entries.keys()];
  container.naming = {
    isCounted: names.every((name, i) => name === String(i)),
    hasNumbers: names.some((name) => /^\d/.test(name)),
    places: new Map(names.map((name, i) => [name, i])),
  };
  return container.naming;
}

/** `owner`: where the hole is, as names from the class: `up.stage`. */
export type Hole =
  | { readonly kind: "literal"; readonly argument: TorchArgument; readonly owner: string }
  | { readonly kind: "module"; readonly scope: Scope; readonly owner: string }
  /** The members of an nn.Sequential that are uses of blocks: their number may differ. */
  | { readonly kind: "list"; readonly scopes: readonly Scope[]; readonly owner: string };

export interface Template {
  readonly scope: Scope;
  readonly init: Container;
  readonly holes: readonly Hole[];
  readonly skeleton: string;
}

/** Two layers have one place, but are not the same layer. */
export class LayerClash extends Error {
  readonly path: string;
  constructor(path: string) {
    super(`layers that share the weights of ${path} differ`);
    this.path = path;
  }
}

const isModule = (part: Part): boolean => part.kind === "scope" || part.step.layer !== undefined;

export function templateOf(scope: Scope, names: ModuleNames): Template {
  const init: Container = { kind: "container", isCalled: false, entries: new Map() };
  for (const part of scope.parts) {
    if (isModule(part)) insert(init, names.within(scope, part), nodeOf(part, names), part);
  }
  const holes: Hole[] = [];
  const collect: Fill = (hole) => [named(`?${holes.push(hole)}${hole.kind}`)];
  const lines = [...init.entries].map(([name, node]) => `${name} = ${flat(made(node, name, collect))}`);
  for (const part of scope.parts) {
    if (part.kind === "step") for (const argument of part.step.settings) collect(literalHole(argument, part.step.name));
  }
  return { scope, init, holes, skeleton: `${lines.join("\n")}\n${flowText(scope, names)}` };
}

export const literalHole = (argument: TorchArgument, owner: string): Hole => ({ kind: "literal", argument, owner });

function nodeOf(part: Part, names: ModuleNames): InitNode {
  if (part.kind === "step") {
    const { layer, module, node } = part.step;
    const call = layer?.call ?? module;
    if (!call) throw new Error(`internal: ${part.step.name} is no module`);
    return { kind: "call", call, weights: layer && node ? Object.values(node.weights) : [] };
  }
  if (part.scope.kind === "class") return { kind: "use", scope: part.scope };
  const entries = new Map<string, InitNode>();
  for (const member of part.scope.parts)
    entries.set(names.within(part.scope, member).at(-1) ?? "", nodeOf(member, names));
  return { kind: "container", isCalled: true, entries };
}

/** The first use of an address makes the module; what lies inside another module is made there. */
function insert(root: Container, segments: readonly string[], node: InitNode, part: Part): void {
  let at = root;
  for (const name of segments.slice(0, -1)) {
    const next = at.entries.get(name) ?? { kind: "container", isCalled: false, entries: new Map<string, InitNode>() };
    at.entries.set(name, next);
    if (next.kind !== "container" || next.isCalled) return;
    at = next;
  }
  const name = segments.at(-1) ?? "";
  const known = at.entries.get(name);
  if (!known) at.entries.set(name, node);
  else if (known.kind === "call" && (node.kind !== "call" || !isSameLayer(known, node)))
    throw new LayerClash(part.kind === "step" ? (part.step.node?.path ?? "") : part.scope.dir);
}

type Layer = Extract<InitNode, { kind: "call" }>;
const isSameLayer = (a: Layer, b: Layer): boolean =>
  JSON.stringify(a.call) === JSON.stringify(b.call) &&
  a.weights.length === b.weights.length &&
  a.weights.every((weight, i) => weight === b.weights[i]);

/** What stands in a hole; nothing where a value is PyTorch's own and is not written, or no module of a list. */
export type Fill = (hole: Hole) => readonly Expression[];

/** What makes a module: `nn.Conv2d(3, 8, 3)`, `Unit(3, 8)`, `nn.Sequential(…)`. */
export function made(node: InitNode, owner: string, fill: Fill): Expression {
  switch (node.kind) {
    case "call":
      return filled(constructorOf(node.call), (place) =>
        place.kind === "setting" ? fill(literalHole(place.argument, owner)) : [],
      );
    case "use": {
      const [use] = fill({ kind: "module", scope: node.scope, owner });
      if (!use) throw new Error(`internal: nothing makes ${owner}`);
      return use;
    }
    case "container":
      return madeContainer(node, owner, fill);
  }
}

/** Some names are numbers, but they do not count from 0: a dictionary. */
function isKeyed(container: Container): boolean {
  const { isCounted, hasNumbers } = namingOf(container);
  return !container.isCalled && !isCounted && hasNumbers;
}

function madeContainer(node: Container, owner: string, fill: Fill): Expression {
  const { isCalled, entries } = node;
  const { isCounted, hasNumbers } = namingOf(node);
  const scopes = [...entries.values()].flatMap((each) => (each.kind === "use" ? [each.scope] : []));
  if (isCalled && isCounted && scopes.length === entries.size)
    return callOf("nn.Sequential", fill({ kind: "list", scopes, owner }));
  const members = [...entries].map(([name, each]) => [name, made(each, `${owner}.${name}`, fill)] as const);
  const values = members.map(([, value]) => value);
  if (isCounted)
    return isCalled ? callOf("nn.Sequential", values) : callOf("nn.ModuleList", [{ kind: "list", items: values }]);
  if (hasNumbers) {
    const keyed: Expression = { kind: "dict", entries: members };
    return isCalled ? callOf("nn.Sequential", [callOf("OrderedDict", [keyed])]) : callOf("nn.ModuleDict", [keyed]);
  }
  const args = members.map(([name, value]) => ({ name, value }));
  return { kind: "call", callee: named(isCalled ? "sequence" : "Named"), args };
}

const callOf = (callee: string, values: readonly Expression[]): Expression => ({
  kind: "call",
  callee: named(callee),
  args: values.map((value) => ({ value })),
});

/** How a scope reaches one of its modules: `self.body`, `self.each[0]`, `self.in2.before`. */
export function access(segments: readonly string[], init: Container): Expression {
  let reached: Expression = named("self");
  let at: InitNode | undefined = init;
  for (const [i, name] of segments.entries()) {
    const container: Container | undefined = at?.kind === "container" ? at : undefined;
    const isNumber = /^\d/.test(name);
    if (container && isKeyed(container) && (isNumber || i > 0)) reached = item(reached, literal(name));
    else reached = isNumber ? item(reached, literal(placeOf(name, container))) : member(reached, name);
    at = container?.entries.get(name);
  }
  return reached;
}

/** An nn.Sequential with gaps knows its members by name only. */
function placeOf(name: string, container: Container | undefined): number {
  if (!container?.isCalled || namingOf(container).isCounted) return Number(name);
  return namingOf(container).places.get(name) ?? 0;
}

/** The data flow, with values numbered and nothing shortened. */
function flowText(scope: Scope, names: ModuleNames): string {
  const numbers = new Map<Val, number>();
  const number = (val: Val): number => {
    const known = numbers.get(val) ?? numbers.size;
    numbers.set(val, known);
    return known;
  };
  const ports = scope.inputs.map((val) => `${number(val)}${portName(scope, val) ?? ""}`).join();
  const lines = scope.parts.map((part) => {
    const name = part.kind === "step" && !part.step.node ? "" : names.within(scope, part).join(".");
    if (part.kind === "scope")
      return `${part.scope.outputs.map(number).join()} = ${name}(${part.scope.inputs.map(number).join()})`;
    return `${part.step.outputs.map(number).join()} = ${name} ${part.step.pattern} ${part.step.inputs.map(number).join()}`;
  });
  return `${ports}\n${lines.join("\n")}\n${scope.outputs.map(number).join()}`;
}

/** What the source calls a value that flows in. */
export function portName(scope: Scope, val: Val): string | undefined {
  for (const [name, value] of scope.instance?.inputs ?? []) if (value === val.value) return name;
  return undefined;
}
