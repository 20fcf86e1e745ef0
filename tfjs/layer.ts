// What a layer of our own is: one record, from which the class is made that tfjs wants to register. tfjs is
// handed in, so that layers belong to whichever copy of it opens the model.
import type * as tfjs from "@tensorflow/tfjs";

export type Tf = typeof tfjs;
export type Tensor = tfjs.Tensor;
/** Sizes as tfjs knows them before it runs; null where one is free. */
export type Shape = readonly (number | null)[];
/** The layer's `config` of model.json, with the keys in camel case. */
export type Settings = Readonly<Record<string, unknown>>;

interface OwnWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** The key of the settings that holds the initialiser. */
  readonly initialiser: string;
}

export interface OwnLayer {
  readonly className: string;
  /** Shape of the result; [.., H, W, C] as in the language. */
  shape(inputs: readonly Shape[], settings: Settings): Shape;
  weights?(inputs: readonly Shape[], settings: Settings): readonly OwnWeight[];
  run(tf: Tf, inputs: readonly Tensor[], settings: Settings, weights: readonly Tensor[]): Tensor;
}

/** A layer with several results. */
export interface SeveralLayer {
  readonly className: string;
  shapes(inputs: readonly Shape[], settings: Settings): readonly Shape[];
  runAll(tf: Tf, inputs: readonly Tensor[], settings: Settings): readonly Tensor[];
}

type LayerClass = tfjs.serialization.SerializableConstructor<tfjs.serialization.Serializable>;

export function classOf(tf: Tf, own: OwnLayer | SeveralLayer): LayerClass {
  return "runAll" in own ? classOfSeveral(tf, own) : classOfOne(tf, own);
}

function classOfOne(tf: Tf, own: OwnLayer): LayerClass {
  class Layer extends tf.layers.Layer {
    static readonly className = own.className;
    readonly #settings: Settings;

    constructor(settings: Settings) {
      super(settings);
      this.#settings = settings;
    }

    override build(inputShape: tfjs.Shape | tfjs.Shape[]): void {
      for (const { name, shape, initialiser } of own.weights?.(shapesOf(inputShape), this.#settings) ?? [])
        this.addWeight(name, [...shape], "float32", initialiserOf(tf, this.#settings[initialiser]));
      this.built = true;
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      return [...own.shape(shapesOf(inputShape), this.#settings)];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const given = Array.isArray(inputs) ? inputs : [inputs];
      return tf.tidy(() =>
        own.run(
          tf,
          given,
          this.#settings,
          this.weights.map((weight) => weight.read()),
        ),
      );
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      return { ...(this.#settings as tfjs.serialization.ConfigDict), ...super.getConfig() };
    }
  }
  return Layer as unknown as LayerClass;
}

/** The last answer of a layer, and what it was asked. */
interface Answer {
  readonly inputs: readonly Tensor[];
  readonly results: readonly Tensor[];
}

/**
 * tfjs runs a layer once for each of its results that is read (pinned in tests/runtime-bugs.test.ts). What was
 * computed is handed out again as long as it lies in memory.
 */
function classOfSeveral(tf: Tf, own: SeveralLayer): LayerClass {
  class Layer extends tf.layers.Layer {
    static readonly className = own.className;
    readonly #settings: Settings;
    #last: Answer | undefined;

    constructor(settings: Settings) {
      super(settings);
      this.#settings = settings;
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape[] {
      return own.shapes(shapesOf(inputShape), this.#settings).map((shape) => [...shape]);
    }

    override call(inputs: Tensor | Tensor[]): Tensor[] {
      const given = Array.isArray(inputs) ? inputs : [inputs];
      if (!this.#last || !answers(this.#last, given)) {
        const results = tf.tidy(() => [...own.runAll(tf, given, this.#settings)]);
        this.#last = { inputs: given, results };
      }
      return this.#last.results.map((result) => tf.clone(result));
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      return { ...(this.#settings as tfjs.serialization.ConfigDict), ...super.getConfig() };
    }
  }
  return Layer as unknown as LayerClass;
}

const answers = ({ inputs, results }: Answer, given: readonly Tensor[]): boolean =>
  inputs.length === given.length &&
  inputs.every((input, i) => input === given[i]) &&
  results.every(({ isDisposed }) => !isDisposed);

const shapesOf = (shape: tfjs.Shape | tfjs.Shape[]): readonly Shape[] =>
  Array.isArray(shape[0]) ? (shape as tfjs.Shape[]) : [shape as tfjs.Shape];

/** The few that the compiler writes. */
function initialiserOf(tf: Tf, given: unknown): ReturnType<Tf["initializers"]["zeros"]> {
  const { className, config } = given as {
    readonly className: string;
    readonly config: Readonly<Record<string, number>>;
  };
  switch (className) {
    case "GlorotUniform":
      return tf.initializers.glorotUniform({});
    case "RandomUniform":
      return tf.initializers.randomUniform({ minval: config["minval"] ?? 0, maxval: config["maxval"] ?? 0 });
    case "RandomNormal":
      return tf.initializers.randomNormal({ mean: 0, stddev: config["stddev"] ?? 0 });
    case "Constant":
      return tf.initializers.constant({ value: config["value"] ?? 0 });
    case "Ones":
      return tf.initializers.ones();
    case "Zeros":
      return tf.initializers.zeros();
    default:
      throw new Error(`deepmacc/tfjs does not know the initialiser ${className}`);
  }
}

// ---- reading settings

export const numberIn = (settings: Settings, name: string): number => settings[name] as number;
export const numbersIn = (settings: Settings, name: string): readonly number[] => settings[name] as readonly number[];

export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(index);
  if (item === undefined) throw new Error(`a layer of deepmacc/tfjs lacks item ${index} of ${items.length}`);
  return item;
}

/** Known only where every factor is. */
export const product = (sizes: Shape): number | null =>
  sizes.reduce<number | null>((a, b) => (a === null || b === null ? null : a * b), 1);
