// Which inbound node of a layer is which. tfjs numbers the uses of a layer in the order in which it can
// apply them while it loads, whatever the order in the file; a file that numbers them otherwise is wired
// wrongly without a word. So loading is played through here, and the uses are numbered as it goes.
import type { Layer, Tensor, Use } from "./program.ts";

/** The uses of each layer in the order in which tfjs applies them. */
export function loadingOrder(layers: readonly Layer[]): ReadonlyMap<Layer, readonly Use[]> {
  const applied = new Set<Use>();
  const order = new Map<Layer, Use[]>(layers.map((layer) => [layer, []]));
  let waiting = layers.filter((layer) => layer.uses.length > 0);
  while (waiting.length > 0) {
    const before = applied.size;
    for (const layer of waiting) {
      for (const use of layer.uses) {
        if (applied.has(use) || !use.inputs.every((input) => applied.has(input.use))) continue;
        applied.add(use);
        order.get(layer)?.push(use);
      }
    }
    if (applied.size === before) throw new Error("internal: layers of a tfjs model wait for each other");
    waiting = waiting.filter((layer) => layer.uses.some((use) => !applied.has(use)));
  }
  return order;
}

/** [layer, node, tensor]: how Keras points at a tensor. */
export type Reference = readonly [layer: string, node: number, tensor: number];

export function referencesIn(order: ReadonlyMap<Layer, readonly Use[]>): (tensor: Tensor) => Reference {
  const numbers = new Map<Use, number>();
  for (const uses of order.values()) uses.forEach((use, index) => numbers.set(use, index));
  return ({ layer, use }) => [layer.name, numbers.get(use) ?? 0, 0];
}
