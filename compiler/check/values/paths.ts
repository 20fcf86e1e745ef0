// The paths that nodes and weights get.

interface Prefixes {
  readonly nodes: string;
  readonly weights: string;
  /** The last segment, where it needed a counter: `stage_2`. */
  readonly counted?: string;
}

/**
 * Which paths a text names itself and which are counted, where the two can be one: `as conv_2`. Nothing else
 * ends in a number, so little is kept.
 */
class NamedPaths {
  readonly #named = new Set<string>();
  readonly #counted = new Set<string>();
  /** Named paths that counting passes over. */
  readonly kept: ReadonlySet<string>;

  constructor(kept: ReadonlySet<string>) {
    this.kept = kept;
  }

  name(path: string): void {
    if (/_\d+$/.test(path)) this.#named.add(path);
  }

  count(path: string): void {
    this.#counted.add(path);
  }

  /** The named paths, at or above one of these, that counting took first. */
  taken(clashes: Iterable<string>): ReadonlySet<string> {
    const taken = new Set<string>();
    for (const clash of clashes) {
      const steps = clash.split("/");
      for (let length = 1; length <= steps.length; length++) {
        const path = steps.slice(0, length).join("/");
        if (this.#named.has(path) && this.#counted.has(path)) taken.add(path);
      }
    }
    return taken;
  }
}

/**
 * Hands out the path segments of one body. A repeat in one scope gets `_2`. Nodes and weights have
 * separate prefixes because every use of a shared block has its own nodes, but the weights of the first.
 * A child claims its own segment only when something is built in it: `let c = [8, 16]` leaves no gap.
 */
export class PathScope {
  readonly #make: () => Prefixes;
  #prefixes: Prefixes | undefined;
  readonly #used = new Map<string, number>();
  readonly #names: NamedPaths;
  readonly #parent: PathScope | undefined;

  constructor(make: () => Prefixes, names: NamedPaths, parent?: PathScope) {
    this.#make = make;
    this.#names = names;
    this.#parent = parent;
  }

  get nodes(): string {
    return this.#resolved().nodes;
  }

  get weights(): string {
    return this.#resolved().weights;
  }

  /** Set where this path depends on the lines above it: its last segment is a repeat, `stage_2`. */
  get counted(): string | undefined {
    return this.#resolved().counted;
  }

  /** Scopes around this one first, without recursion: they may be as many as the levels of a network. */
  #resolved(): Prefixes {
    const open: PathScope[] = [];
    for (let scope: PathScope | undefined = this.#parent; scope && !scope.#prefixes; scope = scope.#parent)
      open.push(scope);
    for (const scope of open.reverse()) scope.#prefixes = scope.#make();
    this.#prefixes ??= this.#make();
    return this.#prefixes;
  }

  /** A segment that is unique in this scope; `counted` says that a `_2` had to be added. */
  claim(name: string): { readonly segment: string; readonly counted: boolean } {
    let count = (this.#used.get(name) ?? 0) + 1;
    while (count > 1 && this.#full(`${name}_${count}`).some((path) => this.#names.kept.has(path))) count++;
    this.#used.set(name, count);
    const [segment, counted] = count === 1 ? [name, false] : [`${name}_${count}`, true];
    for (const path of this.#full(segment)) {
      if (counted) this.#names.count(path);
      else this.#names.name(path);
    }
    return { segment, counted };
  }

  #full(segment: string): readonly string[] {
    const { nodes, weights } = this;
    return nodes === weights ? [below(nodes, segment)] : [below(nodes, segment), below(weights, segment)];
  }

  /** `share conv_2 = …` has its weights here, without a node of its own. */
  nameWeights(name: string): void {
    this.#names.name(below(this.weights, name));
  }

  /** The scope of a body, a `let` or an iteration below this one. */
  child(name: string): PathScope {
    const make = () => {
      const { nodes, weights } = this;
      const { segment, counted } = this.claim(name);
      return {
        nodes: below(nodes, segment),
        weights: below(weights, segment),
        ...(counted ? { counted: segment } : {}),
      };
    };
    return new PathScope(make, this.#names, this);
  }

  /** The same place, with the weights of a shared block. */
  withWeights(weights: string): PathScope {
    return new PathScope(() => ({ nodes: this.nodes, weights }), this.#names, this);
  }

  /** Where two nodes or two weights got these paths: the names that the text gives and counting must leave alone. */
  namesTaken(clashes: Iterable<string>): ReadonlySet<string> {
    return this.#names.taken(clashes);
  }
}

/** The paths of a model's body. A name that the text gives wins over a counted one: `kept` are those that would clash. */
export const rootPaths = (kept: ReadonlySet<string> = new Set()): PathScope =>
  new PathScope(() => ({ nodes: "", weights: "" }), new NamedPaths(kept));

export const below = (prefix: string, segment: string): string => (prefix === "" ? segment : `${prefix}/${segment}`);

/** `ResNetHead` -> `res_net_head`, `HG[52]` -> `hg`, `FC2` -> `fc2`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\[.*$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
