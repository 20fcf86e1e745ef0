// Names of files and weights of models: what divides names, what frameworks call a layer's weights, what all names
// begin with, how the axes of kernels lie, what is left over. And numbers as PyTorch has them.
import { describe, expect, it } from "vitest";
import {
  type Checkpoint,
  isProblem,
  memorySource,
  openSafetensors,
  type TensorToWrite,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import { joined } from "../../checkpoints/testing.ts";
import { loadProgram } from "../check/text/program.ts";
import { elaborate } from "../compile.ts";
import { evaluate } from "../evaluate.ts";
import { ownPaths, torchNames } from "./bind.ts";
import { type BindOptions, type Binds, type Bound, bindGraph } from "./declared.ts";
import { mappingsOf } from "./mappings.ts";
import { boundWeights } from "./read.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Numbers = Readonly<Record<string, readonly number[]>>;

/** A file of these tensors; without numbers they are zeros. */
function fileOf(shapes: Shapes, numbers: Numbers = {}, metadata: Readonly<Record<string, string>> = {}): Checkpoint {
  const tensors = Object.entries(shapes).map(([name, shape]): TensorToWrite => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from(numbers[name] ?? new Array<number>(size).fill(0));
    return { name, dtype: "F32", shape, content: () => [new Uint8Array(data.buffer)] };
  });
  const checkpoint = openSafetensors(memorySource(joined(writeSafetensors(tensors, metadata).chunks())));
  if (isProblem(checkpoint)) throw new Error(checkpoint.problem);
  return checkpoint;
}

const programOf = (text: string) => loadProgram({ name: "t.dm", text: `dm 1\n${text}` }, () => ({ error: "no files" }));

function graphOf(text: string) {
  const { graph, diagnostics } = elaborate(programOf(text), { model: "M" }, "infer");
  if (!graph) throw new Error(JSON.stringify(diagnostics));
  return graph;
}

/** Binds model M of a text, by its mapping Top where it has one. */
function bound(text: string, checkpoint: Checkpoint, options: BindOptions = {}): Binds {
  const graph = graphOf(text);
  const top = mappingsOf(programOf(text)).find(({ name }) => name === "Top");
  const namings = top ? [top.naming] : [ownPaths, torchNames];
  return bindGraph(
    graph,
    checkpoint,
    namings,
    { file: "f", model: "M", span: programOf(text).entry.file.span },
    options,
  );
}

function fitting(answer: Binds): Bound {
  if ("diagnostics" in answer) throw new Error(answer.diagnostics.map(({ message }) => message).join("\n"));
  return answer;
}

const codesOf = (answer: Binds): string[] =>
  ("diagnostics" in answer ? answer.diagnostics : answer.doubts).map(({ code, severity }) => `${severity} ${code}`);

/** What the model answers with the numbers of a file. */
function answerOf(
  text: string,
  file: Checkpoint,
  x: { readonly dims: readonly number[]; readonly data: Float64Array },
  options?: BindOptions,
) {
  const { binding } = fitting(bound(text, file, options));
  const weights = boundWeights(file, binding, ({ problem }) => {
    throw new Error(problem);
  });
  return [
    ...(evaluate(graphOf(text), new Map([["x", x]]), weights)
      .values()
      .next().value?.data ?? []),
  ];
}

const norm = { weight: [4], bias: [4], running_mean: [4], running_var: [4], num_batches_tracked: [] };
const under = (prefix: string, shapes: Shapes): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}${name}`, shape]));

describe("dots are steps", () => {
  const model = `
    block Unit(c) on x: [.., H, W, C] = x -> conv(c, bias = false) -> bn -> relu
    block Basic on x: [.., H, W, C] { let body = x -> Unit(C) as one -> Unit(C) as two  return x + body }
    model M on x: f32[N, 8, 8, 3] { let stem = x -> Unit(4)  return stem -> chain i in 0..2 { Basic } }`;
  const block = (i: number): Shapes => ({
    ...under(`layer1.${i}.conv1.`, { weight: [4, 4, 3, 3] }),
    ...under(`layer1.${i}.bn1.`, norm),
    ...under(`layer1.${i}.conv2.`, { weight: [4, 4, 3, 3] }),
    ...under(`layer1.${i}.bn2.`, norm),
  });
  const resnet = { ...under("conv1.", { weight: [4, 3, 3, 3] }), ...under("bn1.", norm), ...block(0), ...block(1) };
  const rules = `
    mapping Top {
      "conv1.*"             => "stem/unit/conv/*"
      "bn1.*"               => "stem/unit/bn/*"
      "layer1.{i}.<Block>" => "chain/{i}/<Block>"
    }
    mapping Block {
      "conv1.*" => "body/one/conv/*"
      "bn1.*"   => "body/one/bn/*"
      "conv2.*" => "body/two/conv/*"
      "bn2.*"   => "body/two/bn/*"
    }`;

  it("in a handful of rules for a residual network", () => {
    const { binding, doubts } = fitting(bound(model + rules, fileOf(resnet)));
    expect([binding.tensors.size, binding.unused, doubts]).toEqual([25, [], []]);
    expect(binding.tensors.get("chain/1/body/two/bn/moving_variance")?.name).toBe("layer1.1.bn2.running_var");
  });

  it.each(["module.", "model.", "state_dict.model.module.", "net/", "_orig_mod."])(
    "and what all names begin with is left out: %s",
    (prefix) => {
      const { binding } = fitting(bound(model + rules, fileOf(under(prefix, resnet))));
      expect([binding.tensors.size, binding.prefix]).toEqual([25, prefix]);
    },
  );

  it("also where rules name what is left out, and where there are no rules", () => {
    const text = `model M on x: f32[N, 8, 8, 3] = x -> conv(4)`;
    const file = fileOf({ "module.conv.weight": [4, 3, 3, 3], "module.conv.bias": [4] });
    expect(fitting(bound(text, file)).binding.prefix).toBe("module.");
    const rule = `${text} mapping Top { "module.**" => "**" }`;
    expect(fitting(bound(rule, file)).binding.prefix).toBe("");
  });

  it("but not those that TensorFlow writes for a slash or a dot in a name", () => {
    const text = `model M on x: f32[N, 3] = x -> dense(4)
      mapping Top { "box.Sscale/a..b/*" => "dense/*" }`;
    const names = (role: string): string => `box.Sscale/a..b/${role}`;
    expect(codesOf(bound(text, fileOf({ [names("kernel")]: [3, 4], [names("bias")]: [4] })))).toEqual([]);
  });
});

describe("words for roles", () => {
  it.each([
    ["TensorFlow 1", { "d/weights": [3, 4], "d/biases": [4] }],
    ["an output's number", { "d/kernel:0": [3, 4], "d/bias:0": [4] }],
    ["Keras 3", { "d/_kernel": [3, 4], "d/bias": [4] }],
    ["PyTorch", { "d.weight": [4, 3], "d.bias": [4] }],
  ])("of %s", (_title, shapes: Shapes) => {
    const text = `model M on x: f32[N, 3] = x -> dense(4) as d mapping Top { "**" => "**" }`;
    expect(fitting(bound(text, fileOf(shapes))).binding.tensors.size).toBe(2);
  });
});

describe("the axes of a square kernel", () => {
  const text = `model M on x: f32[N, 2] = x -> dense(2, bias = false) as a -> dense(2, bias = false) as b`;
  const x = { dims: [1, 2], data: Float64Array.of(1, 10) };
  const [a, b] = [
    [1, 2, 3, 4],
    [1, 0, 0, 1],
  ] as const;
  const io = [31, 42];
  const oi = [21, 43];
  it.each([
    ["kernel, with dots", "a.kernel", "b.kernel", io],
    ["weight, with dots", "a.weight", "b.weight", oi],
    ["weight, with slashes", "a/weight", "b/weight", oi],
    ["kernel, with slashes", "a/kernel", "b/kernel", io],
  ])("is that of its word: %s", (_title, first, second, answer) => {
    const file = fileOf({ [first]: [2, 2], [second]: [2, 2] }, { [first]: a, [second]: b });
    expect(answerOf(`${text} mapping Top { "**" => "**" }`, file, x)).toEqual(answer);
    expect(codesOf(bound(text, file))).toEqual([]);
  });

  it("is that of its word where rules lead to it", () => {
    const rules = ` mapping Top { "net.0.weight" => "a/kernel" "net.1.weight" => "b/kernel" }`;
    const file = fileOf({ "net.0.weight": [2, 2], "net.1.weight": [2, 2] }, { "net.0.weight": a, "net.1.weight": b });
    expect(answerOf(text + rules, file, x)).toEqual(oi);
  });

  const rules = (annotation: string): string =>
    `${text} ${annotation} mapping Top { "a.w" => "a/kernel" "b.w" => "b/kernel" }`;
  const unsaid = fileOf({ "a.w": [2, 2], "b.w": [2, 2] }, { "a.w": a, "b.w": b });

  it("is TensorFlow's where nothing says it, with a warning; what is said counts", () => {
    expect(codesOf(bound(rules(""), unsaid))).toEqual(["warning DM5406"]);
    expect(answerOf(rules(""), unsaid, x)).toEqual(io);
    expect(codesOf(bound(rules("@axes(torch)"), unsaid))).toEqual([]);
    expect(answerOf(rules("@axes(torch)"), unsaid, x)).toEqual(oi);
    expect(answerOf(rules("@axes(torch)"), unsaid, x, { stated: { axes: "tensorflow" } })).toEqual(io);
    expect(codesOf(bound(rules(""), fileOf({ "a.w": [2, 2], "b.w": [2, 2] }, {}, { format: "pt" })))).toEqual([]);
  });

  it("is proven by others of the same word, also against it", () => {
    const other = `model M on x: f32[N, 2] = x -> dense(2, bias = false) as a -> dense(3, bias = false) as b
      mapping Top { "**" => "**" }`;
    const torn = bound(other, fileOf({ "a.kernel": [2, 2], "b.kernel": [3, 2] }));
    expect(codesOf(torn)).toEqual(["warning DM5406"]);
    expect(fitting(torn).binding.orders.get("a/kernel")).toBe("torch");
    const mixed = fitting(bound(other, fileOf({ "a.kernel": [2, 2], "b.weight": [3, 2] })));
    expect([...mixed.binding.orders]).toEqual(
      expect.arrayContaining([
        ["a/kernel", "tensorflow"],
        ["b/kernel", "torch"],
      ]),
    );
    expect(mixed.doubts).toEqual([]);
  });
});

describe("a depthwise kernel of Keras", () => {
  const text = `model M on x: f32[N, 1, 2, 2] = x -> conv(4, k = (1, 2), groups = 2, bias = false, pad = valid) as d`;
  const x = { dims: [1, 1, 2, 2], data: Float64Array.of(1, 2, 3, 4) };
  const file = fileOf({ "d/depthwise_kernel": [1, 2, 2, 2] }, { "d/depthwise_kernel": [1, 2, 3, 4, 5, 6, 7, 8] });

  it("is the same numbers", () => {
    // Output k · m + q is channel k: 1·1 + 3·5, 1·2 + 3·6, 2·3 + 4·7, 2·4 + 4·8.
    expect(answerOf(text, file, x)).toEqual([16, 20, 34, 40]);
  });

  it("must have the channels of the model", () => {
    expect(codesOf(bound(text, fileOf({ "d/kernel": [1, 2, 4, 1] })))).toEqual(["error DM5401"]);
    expect(codesOf(bound(text.replace("groups = 2", "groups = 1"), file))).toEqual(["error DM5401"]);
  });
});

describe("what PyTorch flattened", () => {
  // The numbers and the answers are those of PyTorch 2.13: flatten of [N, C, H, W], linear, view to [N, C, H, W].
  const kernel = (rows: number, columns: number): number[] =>
    Array.from({ length: rows * columns }, (_, i) => ((7 * (i % columns) + 3 * Math.floor(i / columns)) % 11) - 5);
  const x = { dims: [1, 2, 3, 4], data: Float64Array.from({ length: 24 }, (_, i) => ((5 * i) % 13) - 6) };
  const torch = { stated: { flatten: "torch" } } as const;
  const rounded = (numbers: readonly number[]) => numbers.map((each) => Math.round(each * 1e4) / 1e4);

  it("is put in order, exactly, and warned about where nothing is said", () => {
    const text = `model M on x: f32[N, 2, 3, 4] = x -> flatten -> dense(3, bias = false) as fc`;
    const file = fileOf({ "fc.weight": [3, 24] }, { "fc.weight": kernel(3, 24) });
    expect(answerOf(text, file, x, torch)).toEqual([54, 90, 16]);
    expect(answerOf(text, file, x)).not.toEqual([54, 90, 16]);
    expect(codesOf(bound(text, file))).toEqual(["warning DM5407"]);
    expect(codesOf(bound(text, file, torch))).toEqual([]);
    expect(codesOf(bound(text, file, { stated: { flatten: "tensorflow" } }))).toEqual([]);
    expect(codesOf(bound(text, fileOf({ "fc.kernel": [24, 3] })))).toEqual([]);
  });

  it("also for what is kept per feature, and behind activations", () => {
    const text = `model M on x: f32[N, 2, 3, 4] = x -> flatten -> bn(eps = 0.000000000001) -> id -> dense(3, bias = false) as fc`;
    const gamma = Array.from({ length: 24 }, (_, r) => ((3 * r) % 7) - 3);
    const shapes = {
      ...under("bn.", { weight: [24], bias: [24], running_mean: [24], running_var: [24] }),
      "fc.weight": [3, 24],
    };
    const numbers = { "fc.weight": kernel(3, 24), "bn.weight": gamma, "bn.running_var": new Array<number>(24).fill(1) };
    expect(rounded(answerOf(text, fileOf(shapes, numbers), x, torch))).toEqual([-151, 32, 83]);
  });

  const bias = Array.from({ length: 24 }, (_, i) => i);
  it("also where rows become a map", () => {
    const text = `model M on x: f32[N, 2] = x -> dense(24) as fc -> reshape(2, 3, 4)`;
    const file = fileOf({ "fc.weight": [24, 2], "fc.bias": [24] }, { "fc.weight": kernel(24, 2), "fc.bias": bias });
    const answer = [-12, 12, 3, 27, -8, 16, 18, 9, 7, -2, 22, 24, 11, 13, 4, 28, -7, 17, 19, 10, 8, -1, 23, 14];
    expect(answerOf(text, file, { dims: [1, 2], data: Float64Array.of(2, -1) }, torch)).toEqual(answer);
  });

  it("also both", () => {
    const text = `model M on x: f32[N, 2, 3, 4] = x -> flatten -> dense(24) as fc -> reshape(2, 3, 4)`;
    const file = fileOf({ "fc.weight": [24, 24], "fc.bias": [24] }, { "fc.weight": kernel(24, 24), "fc.bias": bias });
    const answer = [
      54, -32, 102, -72, 91, -83, 29, 9, 18, -2, -44, 57, -55, 46, -7, 61, -18, 50, -3, 76, -14, 65, -21, 113,
    ];
    expect(answerOf(text, file, x, torch)).toEqual(answer);
  });

  it.each([
    ["one pixel", "f32[N, 1, 1, 24] = x -> flatten"],
    ["one channel", "f32[N, 4, 6, 1] = x -> flatten"],
    ["a map that was turned before", "f32[N, 2, 3, 4] = x -> transpose(3, 1, 2) -> flatten"],
    ["a mean over the map", "f32[N, 2, 3, 24] = x -> global_avg_pool"],
  ])("is no question with %s", (_title, start) => {
    const text = `model M on x: ${start} -> dense(3, bias = false) as fc`;
    const answer = bound(text, fileOf({ "fc.weight": [3, 24] }));
    expect(codesOf(answer)).toEqual([]);
  });
});

describe("what is left over", () => {
  const text = `model M on x: f32[N, 2] = x -> chain i in 0..2 { dense(2) }`;
  const layers = (count: number): Shapes =>
    Object.assign(
      {},
      ...Array.from({ length: count }, (_, i) => under(`chain.${i}.dense.`, { weight: [2, 2], bias: [2] })),
    );
  it("elsewhere is no question: a backbone beside a head", () => {
    const file = fileOf({ ...layers(2), "backbone.conv1.weight": [2, 2, 3, 3], "fc.weight": [2, 2] });
    expect(codesOf(bound(text, file))).toEqual([]);
  });
  it("beside what is used is: more of the same list, a bias where the model has none", () => {
    expect(codesOf(bound(text, fileOf(layers(3))))).toEqual(["warning DM5408"]);
    const bare = text.replace("dense(2)", "dense(2, bias = false)");
    expect(codesOf(bound(bare, fileOf(layers(2))))).toEqual(["warning DM5408"]);
  });
  it("is nothing that only training has", () => {
    const phased = `model M { input x: f32[N, 2]
      let heads = each i in 0..3 { x -> dense(2) }
      output y = heads[2]
      output all = heads in train }`;
    const file = (count: number) =>
      fileOf(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`heads.each.${i}.dense.kernel`, [2, 2]]).concat(
            Array.from({ length: count }, (_, i) => [`heads.each.${i}.dense.bias`, [2]]),
          ),
        ),
      );
    const whole = () => elaborate(programOf(phased), { model: "M" }, "train").graph;
    expect(codesOf(bound(phased, file(3), { whole }))).toEqual([]);
    expect(codesOf(bound(phased, file(4), { whole }))).toEqual(["warning DM5408"]);
    expect(codesOf(bound(phased, file(3)))).toEqual(["warning DM5408"]);
  });
  it("is an error where another model has it all", () => {
    const deeper = () => [{ title: "Deep", graph: () => graphOf(text.replace("0..2", "0..3")) }];
    expect(codesOf(bound(text, fileOf(layers(3)), { relatives: deeper }))).toEqual(["error DM5408"]);
    const answer = bound(text.replace("0..2", "0..9"), fileOf(layers(3)), { relatives: deeper });
    expect("diagnostics" in answer && answer.diagnostics[0]?.help).toEqual(["it has the weights of Deep"]);
  });
});

it.each([
  ["NaN", [0, Number.NaN, 1, Number.POSITIVE_INFINITY], "fc.kernel holds 1 NaN and 1 infinity, the first at [0, 1]"],
  ["infinities", [0, 1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], "holds 2 infinities, the first at [1, 0]"],
])("numbers that are none are named: %s", (_title, numbers, message) => {
  const text = `model M on x: f32[N, 2] = x -> dense(2, bias = false) as fc`;
  const file = fileOf({ "fc.kernel": [2, 2] }, { "fc.kernel": numbers });
  expect(() => answerOf(text, file, { dims: [1, 2], data: Float64Array.of(1, 2) })).toThrow(message);
});
