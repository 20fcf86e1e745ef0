// The paths of a model's weights as a tree of steps, so that a rule's result is followed only as long as
// some weight begins like it. That bounds what hostile rules can make of a name.
import type { Weight } from "../ir/graph.ts";

export interface PathNode {
  readonly id: number;
  readonly children: Map<string, PathNode>;
  /** The weight whose path ends here. */
  weight?: Weight;
}

export function pathTree(weights: Iterable<Weight>): PathNode {
  let count = 0;
  const node = (): PathNode => ({ id: count++, children: new Map() });
  const root = node();
  for (const weight of weights) {
    let at = root;
    for (const step of weight.path.split("/")) {
      const next = at.children.get(step) ?? node();
      at.children.set(step, next);
      at = next;
    }
    at.weight = weight;
  }
  return root;
}
