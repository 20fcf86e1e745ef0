// Which inbound node of a layer is which. tfjs numbers the uses of a layer in the order in which it can
// apply them while it loads, whatever the order in the file; a file that numbers them otherwise is wired
// wrongly without a word. So loading is played through here, and the uses are numbered as it goes.

import type { Layer, Tensor, Use } from "./program.ts";
import { Turns } from "./turns.ts";

/**
 * The uses of each layer in the order in which tfjs applies them. It walks over the layers again and again; a
 * layer's turn applies the uses whose inputs are there. A use that waits for a layer further down is applied in
 * the next walk.
 */
export function loadingOrder(layers: readonly Layer[]): ReadonlyMap<Layer, readonly Use[]> {
  const places = new Map<Use, number>();
  layers.forEach((layer, place) => layer.uses.forEach((use) => places.set(use, place)));
  const { missing, readers } = dependencies(layers);
  const turns = new Turns<Use>(layers.length);
  for (const [use, place] of places) if (missing.get(use) === 0) turns.add(0, place, use);
  const order = new Map<Layer, Use[]>(layers.map((layer) => [layer, []]));
  for (let next = turns.take(); next; next = turns.take()) {
    const { item: use, walk, place } = next;
    order.get(layers[place] as Layer)?.push(use);
    for (const reader of readers.get(use) ?? []) {
      const left = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, left);
      const there = places.get(reader) ?? 0;
      if (left === 0) turns.add(there >= place ? walk : walk + 1, there, reader);
    }
  }
  return order;
}

/** How many inputs each use waits for, and who waits for it. */
function dependencies(layers: readonly Layer[]) {
  const missing = new Map<Use, number>();
  const readers = new Map<Use, Use[]>();
  for (const use of layers.flatMap(({ uses }) => uses)) {
    missing.set(use, use.inputs.length);
    for (const { use: source } of use.inputs) {
      const known = readers.get(source);
      if (known) known.push(use);
      else readers.set(source, [use]);
    }
  }
  return { missing, readers };
}

/** [layer, node, tensor]: how Keras points at a tensor. */
export type Reference = readonly [layer: string, node: number, tensor: number];

export function referencesIn(order: ReadonlyMap<Layer, readonly Use[]>): (tensor: Tensor) => Reference {
  const numbers = new Map<Use, number>();
  for (const uses of order.values()) uses.forEach((use, index) => numbers.set(use, index));
  return ({ layer, use, index }) => [layer.name, numbers.get(use) ?? 0, index];
}
