// Steps -> scopes. The paths of the graph are a tree of names; each name becomes a class (a use of a block),
// an nn.Sequential (a flow with one way through), or no module of its own: then its steps are written where
// they are used. What cannot be called as one, because something outside runs between its steps or because it
// reaches for layers that lie elsewhere, is written out as well. So every graph has an answer.
import type { Graph, Instance } from "../../ir/graph.ts";
import type { Step, Steps, Val } from "./steps.ts";

interface StepPart {
  readonly kind: "step";
  readonly step: Step;
}
interface ScopePart {
  readonly kind: "scope";
  readonly scope: Scope;
}
export type Part = StepPart | ScopePart;

export interface Scope {
  readonly kind: "class" | "sequence";
  /** The path of its nodes. */
  readonly dir: string;
  /** Where its layers lie; differs from `dir` in later uses of a shared block. */
  readonly address: string;
  /** In the order in which they run. */
  readonly parts: readonly Part[];
  readonly inputs: readonly Val[];
  readonly outputs: readonly Val[];
  readonly instance?: Instance;
}

/** One name of the tree. */
interface Dir {
  readonly path: string;
  readonly children: Map<string, Dir>;
  readonly steps: Step[];
  instance?: Instance;
}

/** The scope of the whole model. */
export function scopesOf(graph: Graph, steps: Steps): Scope {
  const tree = treeOf(graph, steps.steps);
  const dissolved = new Set<string>();
  for (;;) {
    const before = dissolved.size;
    const root = new Planner(steps, dissolved).root(tree);
    for (const path of misfits(root)) dissolved.add(path);
    if (dissolved.size === before) return root;
  }
}

function treeOf(graph: Graph, steps: readonly Step[]): Dir {
  const root: Dir = { path: "", children: new Map(), steps: [] };
  const find = (path: string): Dir => {
    let dir = root;
    for (const name of path === "" ? [] : path.split("/")) {
      const next = dir.children.get(name) ?? {
        path: dir.path === "" ? name : `${dir.path}/${name}`,
        children: new Map(),
        steps: [],
      };
      dir.children.set(name, next);
      dir = next;
    }
    return dir;
  };
  for (const step of steps) find(step.dir).steps.push(step);
  // Of several uses at one path the innermost holds the body.
  for (const instance of graph.instances) if (instance.path !== "") find(instance.path).instance = instance;
  return root;
}

const isIn = (path: string, dir: string): boolean => dir === "" || path === dir || path.startsWith(`${dir}/`);

class Planner {
  readonly #steps: Steps;
  readonly #dissolved: Set<string>;
  readonly #results: ReadonlySet<Val>;

  constructor(steps: Steps, dissolved: Set<string>) {
    this.#steps = steps;
    this.#dissolved = dissolved;
    this.#results = new Set(steps.outputs);
  }

  root(tree: Dir): Scope {
    const parts = this.#ordered(this.#partsOf(tree));
    const sizes = new Set(parts.flatMap(readsOf).filter((val) => val.size !== undefined));
    const inputs = [...this.#steps.inputs, ...sizes];
    return { kind: "class", dir: "", address: "", parts, inputs, outputs: this.#steps.outputs };
  }

  /** Steps and scopes of a name, those of names without a module of their own among them. */
  #partsOf(dir: Dir): readonly Part[] {
    const own = dir.steps.map((step): Part => ({ kind: "step", step }));
    const parts = [...own, ...[...dir.children.values()].flatMap((child) => this.#plan(child))];
    return parts.sort((a, b) => firstIndex(a) - firstIndex(b));
  }

  #plan(dir: Dir): readonly Part[] {
    const parts = this.#partsOf(dir);
    if (parts.length === 0 || this.#dissolved.has(dir.path)) return parts;
    const address = addressOf(dir.path, parts);
    if (address === undefined) return parts;
    const { inputs, outputs } = this.#boundary(dir.path, parts);
    const scope = { dir: dir.path, address, inputs, outputs };
    if (dir.instance && dir.instance.block !== "" && outputs.length > 0 && inputs.length > 0) {
      const { instance } = dir;
      return [{ kind: "scope", scope: { kind: "class", ...scope, parts: this.#ordered(parts), instance } }];
    }
    const sequence = this.#sequence(dir, parts);
    if (!sequence?.some(isStateful)) return parts;
    return [{ kind: "scope", scope: { kind: "sequence", ...scope, parts: sequence } }];
  }

  /** The parts as the members of an nn.Sequential: one way through, each member named by the path. */
  #sequence(dir: Dir, parts: readonly Part[]): readonly Part[] | undefined {
    const members = this.#members(dir, parts);
    return members && isFlow(members, this.#steps, this.#results) ? members : undefined;
  }

  /** Names below this one without state, such as an iteration that is only a ReLU, become members too. */
  #members(dir: Dir, parts: readonly Part[]): readonly Part[] | undefined {
    const members: Part[] = [];
    const nested = new Map<string, Part[]>();
    for (const part of parts) {
      const path = pathOf(part);
      if (path === undefined) return undefined;
      const rest = dir.path === "" ? path : path.slice(dir.path.length + 1);
      if (!rest.includes("/")) {
        if (part.kind === "step" && !isMember(part.step)) return undefined;
        members.push(part);
        continue;
      }
      const name = rest.slice(0, rest.indexOf("/"));
      const group = nested.get(name);
      if (group) group.push(part);
      else nested.set(name, [part]);
    }
    for (const [name, group] of nested) {
      const child = dir.children.get(name);
      const sequence = child && !child.instance && this.#sequence(child, group);
      if (!sequence) return undefined;
      const { inputs, outputs } = this.#boundary(child.path, group);
      const scope: Scope = {
        kind: "sequence",
        dir: child.path,
        address: child.path,
        parts: sequence,
        inputs,
        outputs,
      };
      members.push({ kind: "scope", scope });
    }
    return members.sort((a, b) => firstIndex(a) - firstIndex(b));
  }

  #boundary(
    dir: string,
    parts: readonly Part[],
  ): { readonly inputs: readonly Val[]; readonly outputs: readonly Val[] } {
    const made = new Set(parts.flatMap(writesOf));
    const inputs = [...new Set(parts.flatMap(readsOf))].filter((val) => !made.has(val));
    const outside = (step: Step): boolean => !isIn(step.dir, dir);
    const outputs = [...made].filter(
      (val) => this.#results.has(val) || (this.#steps.readers.get(val) ?? []).some(outside),
    );
    return { inputs, outputs };
  }

  /** In an order that can run. Scopes that stand in each other's way are marked to be written out. */
  #ordered(parts: readonly Part[]): readonly Part[] {
    const made = new Set(parts.flatMap(writesOf));
    const done = new Set<Val>();
    const ordered: Part[] = [];
    let waiting = parts;
    while (waiting.length > 0) {
      const blocked: Part[] = [];
      for (const part of waiting) {
        if (readsOf(part).some((val) => made.has(val) && !done.has(val))) {
          blocked.push(part);
          continue;
        }
        ordered.push(part);
        for (const val of writesOf(part)) done.add(val);
      }
      if (blocked.length === waiting.length) {
        for (const part of blocked) if (part.kind === "scope") this.#dissolved.add(part.scope.dir);
        return parts;
      }
      waiting = blocked;
    }
    return ordered;
  }
}

const readsOf = (part: Part): readonly Val[] => (part.kind === "step" ? part.step.inputs : part.scope.inputs);
const writesOf = (part: Part): readonly Val[] => (part.kind === "step" ? part.step.outputs : part.scope.outputs);

function firstIndex(part: Part): number {
  if (part.kind === "step") return part.step.index;
  const [first] = part.scope.parts;
  return first ? firstIndex(first) : 0;
}

/** Undefined for a change of axis order, which has no name. */
function pathOf(part: Part): string | undefined {
  if (part.kind === "scope") return part.scope.dir;
  return part.step.node?.path;
}

/** What nn.Sequential may call: a layer that is applied and nothing more, or a twin without weights. */
const isMember = ({ layer, module, pattern }: Step): boolean =>
  layer ? pattern === "$layer($0)" : module !== undefined;

function isStateful(part: Part): boolean {
  return part.kind === "step" ? part.step.layer !== undefined : part.scope.parts.some(isStateful);
}

/** Each part takes what the one before it gave, and nothing else; nobody else sees what passes. */
function isFlow(parts: readonly Part[], { readers }: Steps, results: ReadonlySet<Val>): boolean {
  return parts.every((part, i) => {
    const next = parts[i + 1];
    const [input, second] = readsOf(part);
    const [output, other] = writesOf(part);
    if (input === undefined || second !== undefined || output === undefined || other !== undefined) return false;
    if (part.kind === "step" && part.step.node && part.step.node.inputs.length !== 1) return false;
    if (!next) return true;
    if (readsOf(next)[0] !== output || results.has(output)) return false;
    const inside = stepsIn(next);
    return (readers.get(output) ?? []).every((reader) => inside.has(reader));
  });
}

function stepsIn(part: Part): ReadonlySet<Step> {
  const found = new Set<Step>();
  const visit = (each: Part): void => {
    if (each.kind === "step") found.add(each.step);
    else each.scope.parts.forEach(visit);
  };
  visit(part);
  return found;
}

/**
 * Where the layers below a path lie: at the path itself, or, in a later use of a shared block, each at the
 * same place relative to another one. Undefined when the parts reach for a layer that is not theirs.
 */
function addressOf(dir: string, parts: readonly Part[]): string | undefined {
  const stateful = parts.filter(isStateful);
  const inside = (address: string): boolean => stateful.every((part) => isIn(layerAddress(part), address));
  if (inside(dir)) return dir;
  for (const part of stateful) {
    const rest = (pathOf(part) ?? "").slice(dir.length);
    const address = layerAddress(part);
    if (!address.endsWith(rest)) continue;
    const shared = address.slice(0, address.length - rest.length);
    // What encloses this path is not a module that it could be.
    return shared !== "" && !isIn(dir, shared) && inside(shared) ? shared : undefined;
  }
  return undefined;
}

const layerAddress = (part: Part): string =>
  part.kind === "scope" ? part.scope.address : (part.step.layer?.address ?? "");

/** Scopes at one address that are not all the same module, or that others reach into. */
function misfits(root: Scope): readonly string[] {
  const byAddress = new Map<string, Scope[]>();
  const loose: string[] = [];
  const visit = (scope: Scope): void => {
    for (const part of scope.parts) {
      if (part.kind === "step") {
        if (part.step.layer) loose.push(part.step.layer.address);
        continue;
      }
      const known = byAddress.get(part.scope.address);
      if (known) known.push(part.scope);
      else byAddress.set(part.scope.address, [part.scope]);
      visit(part.scope);
    }
  };
  visit(root);
  const wrong: string[] = [];
  for (const scopes of byAddress.values()) {
    const [first, ...others] = scopes;
    if (!first || others.length === 0) continue;
    const shape = shapeOf(first);
    if (others.some((other) => shapeOf(other) !== shape)) wrong.push(...scopes.map(({ dir }) => dir));
  }
  const layers = new Map<string, number>();
  for (const address of loose) layers.set(address, (layers.get(address) ?? 0) + 1);
  const shared = [...layers].filter(([, count]) => count > 1).map(([address]) => address);
  for (const [address, scopes] of byAddress) {
    const reached = shared.some((layer) => isIn(layer, address) && (layers.get(layer) ?? 0) > usesIn(scopes, layer));
    if (reached) wrong.push(...scopes.map(({ dir }) => dir));
  }
  return wrong;
}

const usesIn = (scopes: readonly Scope[], layer: string): number =>
  scopes.flatMap((scope) => [...stepsIn({ kind: "scope", scope })]).filter((step) => step.layer?.address === layer)
    .length;

/** Everything that a module is, as text. */
function shapeOf(scope: Scope): string {
  const numbers = new Map<Val, number>();
  const number = (val: Val): number => {
    const known = numbers.get(val) ?? numbers.size;
    numbers.set(val, known);
    return known;
  };
  const line = (part: Part): string => {
    const io = `${readsOf(part).map(number).join()}>${writesOf(part).map(number).join()}`;
    if (part.kind === "scope")
      return `${io} ${part.scope.kind} ${part.scope.dir.slice(scope.dir.length)} {${shapeOf(part.scope)}}`;
    const { node, pattern, settings, layer, dir, name } = part.step;
    return `${io} ${dir.slice(scope.dir.length)}/${node ? name : ""} ${pattern} ${JSON.stringify([settings, layer?.call])}`;
  };
  const inputs = scope.inputs.map(number).join();
  const body = scope.parts.map(line).join(";");
  return `${scope.kind} ${scope.instance?.block ?? ""} ${inputs} ${body} ${scope.outputs.map(number).join()}`;
}
