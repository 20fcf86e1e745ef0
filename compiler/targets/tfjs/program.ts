// The layers of a tfjs model while they are written: unique names that tfjs accepts, and uses of shared
// layers gathered in one.
import type { TargetAxes } from "../../ir/axes.ts";
import type { Weight } from "../../ir/graph.ts";
import type { TfjsConfig, TfjsTensor } from "../../ops/kit/tfjs.ts";

/** One application of a layer: an inbound node, in the words of Keras. */
export interface Use {
  readonly inputs: readonly Tensor[];
}
export interface Tensor extends TfjsTensor {
  readonly layer: Layer;
  readonly use: Use;
  /** Among the results of the layer. */
  readonly index: number;
}

export interface LayerWeight {
  /** As tfjs calls it: "kernel". */
  readonly name: string;
  readonly weight: Weight;
  readonly axes: TargetAxes;
  readonly dims: readonly number[];
}

export interface Layer {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, TfjsConfig>>;
  /** In the order in which the layer adds them: trained ones first. */
  readonly weights: readonly LayerWeight[];
  readonly uses: Use[];
}

export type NewLayer = Omit<Layer, "uses">;

/** A weight that stands in two layers, as tfjs cannot share it between them. */
export interface Copy {
  readonly weight: string;
  readonly layer: string;
}

export class Program {
  readonly layers: Layer[] = [];
  readonly copies: Copy[] = [];
  readonly #names = new Set<string>();
  readonly #shared = new Map<string, Layer>();
  readonly #weightIds = new Map<Weight, number>();
  readonly #owners = new Map<Weight, Layer>();

  addInput(name: string, config: Readonly<Record<string, TfjsConfig>>): Tensor {
    const layer: Layer = { name: this.#unique(name), className: "InputLayer", config, weights: [], uses: [] };
    this.layers.push(layer);
    return use(layer, []);
  }

  /** Names of outputs are the user's, so they are taken before those of other layers. */
  reserve(name: string): string {
    return this.#unique(name);
  }

  add(wanted: NewLayer, given: readonly Tensor[]): Tensor {
    return this.#use(wanted, given);
  }

  /** A layer with `count` results. */
  addSeveral(wanted: NewLayer, given: readonly Tensor[], count: number): readonly Tensor[] {
    const applied = this.#use(wanted, given);
    return Array.from({ length: count }, (_, index) => ({ ...applied, index }));
  }

  /** A layer with the same weights and the same meaning is used once more; any other is new. */
  #use(wanted: NewLayer, given: readonly Tensor[]): Tensor {
    const inputs = this.#distinct(given, wanted.name);
    const key = this.#keyOf(wanted);
    const known = key === undefined ? undefined : this.#shared.get(key);
    if (known) return use(known, inputs);
    const layer: Layer = { ...wanted, name: this.#unique(wanted.name), uses: [] };
    for (const { weight } of layer.weights) {
      if (this.#owners.has(weight)) this.copies.push({ weight: weight.path, layer: layer.name });
      else this.#owners.set(weight, layer);
    }
    this.layers.push(layer);
    if (key !== undefined) this.#shared.set(key, layer);
    return use(layer, inputs);
  }

  /** A layer under a name that is reserved. */
  addNamed(layer: Pick<Layer, "name" | "className" | "config">, inputs: readonly Tensor[]): Tensor {
    const added: Layer = { ...layer, weights: [], uses: [] };
    this.layers.push(added);
    return use(added, inputs);
  }

  /**
   * A tensor that one layer takes twice: tfjs counts one reader and frees it before the others have read it
   * (pinned in tests/runtime-bugs.test.ts). The second time it comes through a layer that does nothing.
   */
  #distinct(inputs: readonly Tensor[], name: string): readonly Tensor[] {
    const seen = new Set<Tensor>();
    return inputs.map((input) => {
      if (!seen.has(input)) {
        seen.add(input);
        return input;
      }
      const config = { activation: "linear" };
      return this.add({ name: `${name}/copy`, className: "Activation", config, weights: [] }, [input]);
    });
  }

  #keyOf({ className, config, weights }: NewLayer): string | undefined {
    if (weights.length === 0) return undefined;
    const ids = weights.map(({ name, weight, axes }) => `${name}:${this.#idOf(weight)}:${axes}`);
    return `${className} ${ids.join()} ${JSON.stringify(config)}`;
  }

  #idOf(weight: Weight): number {
    const id = this.#weightIds.get(weight) ?? this.#weightIds.size;
    this.#weightIds.set(weight, id);
    return id;
  }

  #unique(wanted: string): string {
    const legal = legalName(wanted);
    let name = legal;
    for (let i = 2; this.#names.has(name) || name in {}; i++) name = `${legal}_${i}`;
    this.#names.add(name);
    return name;
  }
}

function use(layer: Layer, inputs: readonly Tensor[]): Tensor {
  const added: Use = { inputs };
  layer.uses.push(added);
  return { layer, use: added, index: 0 };
}

/** tfjs names tensors with letters, digits, `-`, `.`, `_` and `/`, and wants a letter or digit first. */
function legalName(wanted: string): string {
  const legal = wanted.replace(/[^A-Za-z0-9._/-]/g, "_");
  return /^[A-Za-z0-9]/.test(legal) ? legal : `layer${legal}`;
}

export const weightBytes = ({ dims }: LayerWeight): number => dims.reduce((a, b) => a * b, 4);
