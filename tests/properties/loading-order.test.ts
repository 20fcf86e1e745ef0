// The order in which uses of layers are numbered, against tfjs's own loop played literally.
import fc from "fast-check";
import { expect, it } from "vitest";
import { loadingOrder, referencesIn } from "../../compiler/targets/tfjs/order.ts";
import type { Layer, Tensor, Use } from "../../compiler/targets/tfjs/program.ts";

/** A random network of few layers with many uses; the first layer is the input. */
function network(drawn: readonly (readonly [layer: number, inputs: readonly number[]])[]): readonly Layer[] {
  const layers = ["x", "a", "b", "c", "d"].map(
    (name): Layer => ({ name, className: "Add", config: {}, weights: [], uses: [] }),
  );
  const tensors: Tensor[] = [];
  const apply = (layer: Layer, inputs: readonly Tensor[]): void => {
    const use: Use = { inputs };
    layer.uses.push(use);
    tensors.push({ layer, use, index: 0 });
  };
  apply(layers[0] as Layer, []);
  for (const [layer, inputs] of drawn)
    apply(
      layers[1 + (layer % 4)] as Layer,
      inputs.map((i) => tensors[i % tensors.length] as Tensor),
    );
  return layers.filter(({ uses }) => uses.length > 0);
}

/** What tfjs does with the file: walks over the layers, applying what can be applied, in the order of the file. */
function load(layers: readonly Layer[]): ReadonlyMap<Layer, readonly Use[]> {
  const order = loadingOrder(layers);
  const reference = referencesIn(order);
  const nodes = new Map(layers.map((layer) => [layer.name, [] as Use[]]));
  const waiting = new Map(layers.map((layer) => [layer, [...(order.get(layer) ?? [])]]));
  for (let walks = 0; [...waiting.values()].some((uses) => uses.length > 0); walks++) {
    if (walks > 100) throw new Error("nothing can be applied");
    for (const [layer, uses] of waiting) {
      const isReady = (use: Use) =>
        use.inputs.every((input) => {
          const [name, node] = reference(input);
          return (nodes.get(name)?.length ?? 0) > node;
        });
      const later: Use[] = [];
      for (const use of uses) {
        if (isReady(use)) nodes.get(layer.name)?.push(use);
        else later.push(use);
      }
      waiting.set(layer, later);
    }
  }
  return new Map(layers.map((layer) => [layer, nodes.get(layer.name) ?? []]));
}

it("numbers uses as tfjs comes upon them", () => {
  const uses = fc.array(fc.tuple(fc.nat(3), fc.array(fc.nat(), { minLength: 1, maxLength: 3 })), { maxLength: 24 });
  fc.assert(
    fc.property(uses, (drawn) => {
      const layers = network(drawn);
      const loaded = load(layers);
      for (const [layer, order] of loadingOrder(layers)) {
        expect(order.length).toBe(layer.uses.length);
        expect(order.map((use, i) => use === loaded.get(layer)?.[i])).toEqual(order.map(() => true));
      }
    }),
    { numRuns: 500, seed: 3 },
  );
});
