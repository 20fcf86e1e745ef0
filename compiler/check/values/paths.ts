// The paths that nodes and weights get.

interface Prefixes {
  readonly nodes: string;
  readonly weights: string;
  /** The last segment, where it needed a counter: `stage_2`. */
  readonly counted?: string;
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

  constructor(make: () => Prefixes) {
    this.#make = make;
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

  #resolved(): Prefixes {
    this.#prefixes ??= this.#make();
    return this.#prefixes;
  }

  /** A segment that is unique in this scope; `counted` says that a `_2` had to be added. */
  claim(name: string): { readonly segment: string; readonly counted: boolean } {
    const count = (this.#used.get(name) ?? 0) + 1;
    this.#used.set(name, count);
    return count === 1 ? { segment: name, counted: false } : { segment: `${name}_${count}`, counted: true };
  }

  /** The scope of a body, a `let` or an iteration below this one. */
  child(name: string): PathScope {
    return new PathScope(() => {
      const { nodes, weights } = this;
      const { segment, counted } = this.claim(name);
      return {
        nodes: below(nodes, segment),
        weights: below(weights, segment),
        ...(counted ? { counted: segment } : {}),
      };
    });
  }
}

/** The paths of a model's body. */
export const rootPaths = (): PathScope => new PathScope(() => ({ nodes: "", weights: "" }));

export const below = (prefix: string, segment: string): string => (prefix === "" ? segment : `${prefix}/${segment}`);

/** `ResNetHead` -> `res_net_head`, `HG[52]` -> `hg`, `FC2` -> `fc2`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\[.*$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
}
