// The paths of a model's weights as a tree of steps, so that a rule's result is followed only as long as
// some weight begins like it. That bounds what hostile rules can make of a name.
import type { Weight } from "../ir/graph.ts";
import { roleWords } from "./roles.ts";

export interface PathNode {
  readonly id: number;
  /** A weight is found under its role and under what other frameworks call that. */
  readonly children: Map<string, PathNode>;
  /** The weight whose path ends here. */
  weight?: Weight;
}

export function pathTree(weights: Iterable<Weight>): PathNode {
  let count = 0;
  const node = (): PathNode => ({ id: count++, children: new Map() });
  const root = node();
  const layers = new Set<PathNode>();
  for (const weight of weights) {
    let at = root;
    for (const step of weight.path.split("/")) {
      const next = at.children.get(step) ?? node();
      at.children.set(step, next);
      layers.add(at);
      at = next;
    }
    at.weight = weight;
  }
  for (const layer of layers) addOtherWords(layer);
  return root;
}

function addOtherWords({ children }: PathNode): void {
  for (const [word, { means = [] }] of roleWords) {
    if (children.has(word)) continue;
    const meant = means.map((role) => children.get(role)).find((child) => child?.weight);
    if (meant) children.set(word, meant);
  }
}

/** Where steps lead; undefined where nothing of the model begins so. */
export function nodeAt(root: PathNode, steps: readonly string[]): PathNode | undefined {
  let at: PathNode | undefined = root;
  for (const step of steps) at = at?.children.get(step);
  return at;
}

/** A tree that has every path: it grows where rules lead. */
export function everyPath(): { readonly root: PathNode; stepsTo(node: PathNode): readonly string[] } {
  const paths = new Map<PathNode, readonly string[]>();
  const node = (steps: readonly string[]): PathNode => {
    const made = { id: paths.size, children: new Growing((step) => node([...steps, step])) };
    paths.set(made, steps);
    return made;
  };
  return { root: node([]), stepsTo: (end) => paths.get(end) ?? [] };
}

class Growing extends Map<string, PathNode> {
  readonly #grow: (step: string) => PathNode;

  constructor(grow: (step: string) => PathNode) {
    super();
    this.#grow = grow;
  }

  override get(step: string): PathNode {
    const child = super.get(step) ?? this.#grow(step);
    this.set(step, child);
    return child;
  }
}
