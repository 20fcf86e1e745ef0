// Random networks of conv, pool, upsample, add and concat, as text and as plain integer arithmetic. The
// arithmetic is written down once more on purpose: it is the oracle for the compiler's size algebra.
import fc from "fast-check";

/** A feature map at one concrete size; `undefined`: no such map at this size. */
type Size = number | undefined;

export interface RandomNet {
  readonly text: string;
  /** The output height for an input height, or undefined where the network does not work. */
  run(size: number): Size;
}

interface Layer {
  readonly text: string;
  readonly run: (size: number) => Size;
}

const positive = (size: number): Size => (size >= 1 ? size : undefined);
const after = (size: Size, next: (size: number) => Size): Size => (size === undefined ? undefined : next(size));

const window = fc
  .record({
    kind: fc.constantFrom("conv", "max_pool", "avg_pool"),
    kernel: fc.integer({ min: 1, max: 7 }),
    stride: fc.integer({ min: 1, max: 3 }),
    rate: fc.constantFrom(1, 1, 1, 2),
    pad: fc.constantFrom("half", "half", "same", "valid"),
  })
  .map(({ kind, kernel, stride, rate, pad }): Layer => {
    const reach = kind === "conv" ? rate * (kernel - 1) + 1 : kernel;
    const parameters =
      kind === "conv"
        ? `8, ${kernel}, ${stride}, ${rate}, pad = ${pad}`
        : `${kernel}, stride = ${stride}, pad = ${pad}`;
    const padding = pad === "half" ? 2 * Math.floor((reach - 1) / 2) : 0;
    const run = (size: number) =>
      positive(pad === "same" ? Math.ceil(size / stride) : Math.floor((size + padding - reach) / stride) + 1);
    return { text: `${kind}(${parameters})`, run };
  });

const upsample = fc
  .integer({ min: 1, max: 3 })
  .map((factor): Layer => ({ text: `upsample(${factor})`, run: (size) => size * factor }));
const deconv = fc.record({ kernel: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 3 }) }).map(
  ({ kernel, stride }): Layer => ({
    text: `deconv(8, ${kernel}, ${stride})`,
    run: (size) => (size - 1) * stride + kernel,
  }),
);

function sequence(layers: readonly Layer[]): Layer {
  return {
    text: layers.map((layer) => layer.text).join(" -> "),
    run: (size) => layers.reduce<Size>((current, layer) => after(current, layer.run), size),
  };
}

const simple = fc.oneof(
  { weight: 5, arbitrary: window },
  { weight: 3, arbitrary: upsample },
  { weight: 1, arbitrary: deconv },
);
const branch = fc.array(simple, { minLength: 0, maxLength: 4 }).map(sequence);

/** A stage: a plain layer, or a join of two branches that must agree on the size. */
interface Stage {
  readonly statement: (index: number) => string;
  readonly run: (size: number) => Size;
}

const plainStage = simple.map(
  (layer): Stage => ({
    statement: (i) => `  let x${i + 1} = x${i} -> ${layer.text}`,
    run: layer.run,
  }),
);

const joinStage = fc.tuple(branch, branch, fc.boolean()).map(([left, right, concat]): Stage => {
  const flow = (i: number, layer: Layer) => (layer.text === "" ? `x${i}` : `(x${i} -> ${layer.text})`);
  const statement = (i: number) =>
    concat
      ? `  let x${i + 1} = (${flow(i, left)}, ${flow(i, right)}) -> concat -> conv(8, k = 1)`
      : `  let x${i + 1} = ${flow(i, left)} + ${flow(i, right)}`;
  const run = (size: number) => {
    const [a, b] = [left.run(size), right.run(size)];
    return a !== undefined && a === b ? a : undefined;
  };
  return { statement, run };
});

export const randomNet: fc.Arbitrary<RandomNet> = fc
  .array(fc.oneof({ weight: 2, arbitrary: plainStage }, { weight: 3, arbitrary: joinStage }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((stages): RandomNet => {
    const lines = stages.map((stage, i) => stage.statement(i));
    const text = `dm 1\nmodel Net on x0: f32[N, S, S, 8] {\n${lines.join("\n")}\n  return x${stages.length}\n}\n`;
    return { text, run: (size) => stages.reduce<Size>((current, stage) => after(current, stage.run), size) };
  });
