// The crops, centres and head inputs of the released code, in every target. What PyTorch makes of them is a peer test.
import { describe, it } from "vitest";
import { evaluate, type Graph, type NDArray, weightsFrom } from "../../compiler/index.ts";
import type { Value } from "../../compiler/ir/graph.ts";
import { GraphBuilder } from "../../compiler/testing.ts";
import { fixture } from "../vision-fixtures.ts";
import { bytesOf, emit, expectEqual, runOnnx } from "./run-onnx.ts";
import { emitModel, runTfjs, withModel } from "./run-tfjs.ts";
import { torchCase } from "./torch-cases.ts";

const noWeights = weightsFrom(new Map());

/** Every target says what is stored, to `tolerance` of scale. */
async function expectStored(
  name: string,
  graph: Graph,
  feeds: ReadonlyMap<string, NDArray>,
  stored: NDArray,
  tolerance = 1e-5,
  weights = noWeights,
): Promise<void> {
  const expected = new Map([["result", stored]]);
  expectEqual(evaluate(graph, feeds, weights), expected, "the reference", tolerance);
  const model = bytesOf(emit(graph, { weights }));
  for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const)
    expectEqual(await runOnnx(model, graph, feeds, "nhwc", undefined, backend), expected, backend, tolerance);
  await withModel(emitModel(graph, { weights }), async (folder) => {
    for (const backend of ["tfjs-wasm", "tfjs-cpu"] as const)
      expectEqual(await runTfjs(folder, graph, feeds, backend), expected, backend, tolerance);
  });
  torchCase({ name: `released/${name}`, graph, feeds, weights });
}

/** Inputs of these values with a free batch and any number of boxes, and what is made of them. */
function graphOf(feeds: ReadonlyMap<string, NDArray>, build: (b: GraphBuilder, inputs: Value[]) => Value): Graph {
  const b = new GraphBuilder();
  const inputs = [...feeds].map(([name, { dims }]) =>
    b.input(name, name === "boxes" ? ["N", "K", 4] : ["N", ...dims.slice(1)]),
  );
  return b.output("result", build(b, inputs)).graph();
}

const arrayOf = ({ dims, data }: { readonly dims: readonly number[]; readonly data: readonly number[] }): NDArray => ({
  dims,
  data: Float64Array.from(data),
});
const oneImage = ({ dims, data }: NDArray): NDArray => ({ dims: [1, ...dims], data });

interface Crop {
  readonly crop_size: readonly [number, number];
  readonly extrapolation_value: number;
}

describe("crop_and_resize", () => {
  const file = fixture<Crop>("crop.safetensors");
  // In float_floor the released code is off by a pixel, see the unit test.
  it.each(Object.keys(file.cases).filter((name) => name !== "float_floor"))("%s", async (name) => {
    const { crop_size: size, extrapolation_value: outside } = file.cases[name]!;
    const feeds = new Map(["features", "boxes"].map((role) => [role, arrayOf(file.tensor(`${name}/${role}`))]));
    const graph = graphOf(feeds, (b, inputs) => b.apply("crop_and_resize", inputs, { size, outside }));
    await expectStored(`crop-${name}`, graph, feeds, arrayOf(file.tensor(`${name}/crops`)));
  });
});

interface Pyramid {
  readonly levels: readonly number[];
  readonly output_size: number;
}

describe("multilevel_crop", () => {
  const file = fixture<Pyramid>("multilevel_crop.safetensors");
  it.each(Object.keys(file.cases))("%s", async (name) => {
    const { levels, output_size } = file.cases[name]!;
    const roles = [...levels.map((level) => `level_${level}`), "boxes"];
    const feeds = new Map(roles.map((role) => [role, arrayOf(file.tensor(`${name}/${role}`))]));
    const params = { size: [output_size, output_size], finest: levels[0]! };
    const graph = graphOf(feeds, (b, inputs) => b.apply("multilevel_crop", inputs, params));
    await expectStored(`pyramid-${name}`, graph, feeds, arrayOf(file.tensor(`${name}/crops`)));
  });
});

interface HeadInput {
  readonly mask_size: number;
  readonly use_xy: boolean;
  readonly use_instance_embedding: boolean;
}

const head = fixture<HeadInput>("deepmac_head_input.safetensors");
const casesOf = (prefix: string) => Object.keys(head.cases).filter((name) => name.startsWith(prefix));

describe("gather_centers", () => {
  it.each(casesOf("centers"))("%s", async (name) => {
    const [height = 0, width = 0] = head.tensor(`${name}/map_size`).data;
    const cells = Float64Array.from({ length: height * width }, (_, i) => i);
    const boxes = oneImage(arrayOf(head.tensor(`${name}/boxes`)));
    const feeds = new Map([
      ["cells", { dims: [1, height, width, 1], data: cells }],
      ["boxes", boxes],
    ]);
    const centers = head.tensor(`${name}/centers`).data;
    const data = Float64Array.from(
      { length: centers.length / 2 },
      (_, i) => centers[2 * i]! * width + centers[2 * i + 1]!,
    );
    const graph = graphOf(feeds, (b, inputs) => b.apply("gather_centers", inputs));
    await expectStored(name, graph, feeds, { dims: [1, data.length, 1], data }, 1e-12);
  });
});

/** Rows and columns 0, step, 2·step, … of crops [1, N, S, S, C]: what is stored of the large one. */
const sparse = (b: GraphBuilder, crops: Value, step: number): Value =>
  step === 1 ? crops : b.apply("max_pool", [crops], { k: [1, 1], stride: [step, step] });

describe("the input of a mask head", () => {
  it.each(casesOf("head_input"))("%s", async (name) => {
    const { mask_size: size, use_xy, use_instance_embedding } = head.cases[name]!;
    const stored = oneImage(arrayOf(head.tensor(`${name}/head_input`)));
    const step = size / (stored.dims[2] ?? size);
    // The maps are those of the first case.
    const feeds = new Map(
      ["head_input/pixel_embedding", "head_input/instance_embedding", `${name}/boxes`].map((role) => [
        role.slice(role.indexOf("/") + 1),
        oneImage(arrayOf(head.tensor(role))),
      ]),
    );
    const graph = graphOf(feeds, (b, [pixel, instance, boxes]) => {
      const crop = b.apply("crop_and_resize", [pixel!, boxes!], { size: [size, size] });
      const placed = use_xy ? b.apply("append_coords", [crop]) : crop;
      const who = b.apply("tile_to", [b.apply("gather_centers", [instance!, boxes!])], { h: size, w: size });
      return sparse(b, use_instance_embedding ? b.apply("concat", [placed, who]) : placed, step);
    });
    await expectStored(name, graph, feeds, stored);
  });
});

describe("masks of a linear head", () => {
  it.each(["masks_from_boxes", "detect"])("%s", async (name) => {
    const stored = arrayOf(head.tensor(`${name}/masks`));
    const maps = ["pixel_embedding", "instance_embedding"].map(
      (role) => [role, arrayOf(head.tensor(`${name}/${role}`))] as const,
    );
    // In cells of the map, 16 a side.
    const strided = arrayOf(head.tensor(`${name}/boxes_strided`));
    const feeds = new Map([...maps, ["boxes", { ...strided, data: strided.data.map((side) => side / 16) }]]);
    const graph = graphOf(feeds, (b, [pixel, instance, boxes]) => {
      const crop = b.apply("append_coords", [b.apply("crop_and_resize", [pixel!, boxes!], { size: [32, 32] })]);
      const who = b.apply("tile_to", [b.apply("gather_centers", [instance!, boxes!])], { h: 32, w: 32 });
      const logits = b.apply("conv", [b.apply("concat", [crop, who])], { c: 1, k: 1 }, { path: "head" });
      return b.apply("sigmoid", [logits]);
    });
    const weights = weightsFrom(
      new Map([
        ["head/kernel", Float64Array.from(head.tensor(`${name}/head_weights`).data)],
        ["head/bias", Float64Array.from(head.tensor(`${name}/head_bias`).data)],
      ]),
    );
    await expectStored(`masks-${name}`, graph, feeds, { ...stored, dims: [...stored.dims, 1] }, 1e-5, weights);
  });
});
