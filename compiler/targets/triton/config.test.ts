import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../testing.ts";
import { portsOfCaller, readme } from "./client.ts";
import { ensembleConfig, modelConfig, servedModel } from "./config.ts";
import { message, textOf, word } from "./text-format.ts";

const options = { maxBatch: 8, delay: 500 };
const sizes = new Map([
  ["N", 1],
  ["H", 128],
  ["W", 64],
  ["K", 3],
  ["S", 8],
]);
const nhwc = { layout: "nhwc", precisions: new Map(), sizes } as const;

/** Two models as a cut gives them: the second reads what the first makes, and boxes. */
function parts() {
  const first = new GraphBuilder();
  const image = first.input("image", ["N", "H", "W", 3]);
  const map = first.apply("conv", [image], { c: 4, stride: 2 });
  const score = first.apply("flatten", [first.apply("global_avg_pool", [map])]);
  const features = first.output("h.pixel", map).output("score", score).graph();
  const second = new GraphBuilder();
  const pixel = second.input("h.pixel", ["N", "H", "W", 4]);
  const rois = second.input("rois", ["N", "K", 4]);
  const masks = second.output("masks", second.apply("sigmoid", [pixel])).output("boxes", second.apply("relu", [rois]));
  return [
    servedModel(features, "net_features", nhwc),
    servedModel(masks.graph(), "net_masks", {
      ...nhwc,
      precisions: new Map([
        ["pixel", "f16"],
        ["masks", "f16"],
      ]),
    }),
  ] as const;
}

describe("config.pbtxt", () => {
  it("leaves out the batch, and says -1 for a free size", () => {
    const [features] = parts();
    expect(modelConfig(features, options)).toMatchInlineSnapshot(`
      "name: "net_features"
      backend: "onnxruntime"
      max_batch_size: 8
      input {
        name: "image"
        data_type: TYPE_FP32
        dims: [-1, -1, 3]
      }
      output {
        name: "h.pixel"
        data_type: TYPE_FP32
        dims: [-1, -1, 4]
      }
      output {
        name: "score"
        data_type: TYPE_FP32
        dims: [4]
      }
      instance_group {
        kind: KIND_AUTO
      }
      dynamic_batching {
        max_queue_delay_microseconds: 500
      }
      "
    `);
  });

  it("has full shapes and no batching where the batch is fixed", () => {
    const b = new GraphBuilder();
    const x = b.input("x", [1, "S", "S", 3]);
    const config = modelConfig(servedModel(b.output("y", b.apply("relu", [x])).graph(), "net", nhwc), options);
    expect(config).toContain("max_batch_size: 0");
    expect(config).toContain("dims: [1, -1, -1, 3]");
    expect(config).not.toContain("dynamic_batching");
  });

  it("has the axes of the file", () => {
    const b = new GraphBuilder();
    const x = b.input("x", ["N", 4, 8, 3]);
    const graph = b.output("y", b.apply("relu", [x])).graph();
    expect(servedModel(graph, "net", { ...nhwc, layout: "nchw" }).inputs[0]?.dims).toEqual([3, 4, 8]);
  });

  it("hands tensors from model to model", () => {
    const ensemble = { name: "net", steps: parts() };
    expect(ensembleConfig(ensemble, options)).toMatchInlineSnapshot(`
      "name: "net"
      platform: "ensemble"
      max_batch_size: 8
      input {
        name: "image"
        data_type: TYPE_FP32
        dims: [-1, -1, 3]
      }
      input {
        name: "rois"
        data_type: TYPE_FP32
        dims: [-1, 4]
      }
      output {
        name: "score"
        data_type: TYPE_FP32
        dims: [4]
      }
      output {
        name: "masks"
        data_type: TYPE_FP16
        dims: [-1, -1, 4]
      }
      output {
        name: "boxes"
        data_type: TYPE_FP32
        dims: [-1, 4]
      }
      ensemble_scheduling {
        step {
          model_name: "net_features"
          model_version: -1
          input_map {
            key: "image"
            value: "image"
          }
          output_map {
            key: "h.pixel"
            value: "h.pixel"
          }
          output_map {
            key: "score"
            value: "score"
          }
        }
        step {
          model_name: "net_masks"
          model_version: -1
          input_map {
            key: "h.pixel"
            value: "h.pixel"
          }
          input_map {
            key: "rois"
            value: "rois"
          }
          output_map {
            key: "masks"
            value: "masks"
          }
          output_map {
            key: "boxes"
            value: "boxes"
          }
        }
      }
      "
    `);
    const { inputs, outputs } = portsOfCaller(ensemble.steps, ensemble);
    expect(inputs.map(({ name }) => name)).toEqual(["image", "rois"]);
    expect(outputs.map(({ name }) => name)).toEqual(["score", "masks", "boxes"]);
  });
});

it("the page names every model, and a client for the whole", () => {
  const steps = parts();
  const page = readme("Net", steps, { name: "net", steps });
  for (const { name } of steps) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toContain('"image": np.zeros((1, 128, 64, 3), np.float32)');
  expect(page).toContain('client.infer("net", inputs)');
});

it("text keeps its quotes, backslashes and control characters", () => {
  expect(textOf(message(["a", 'x"\\\n é'], ["b", word("KIND")], ["c", []], ["d", message()]))).toBe(
    'a: "x\\"\\\\\\012 é"\nb: KIND\nc: []\nd {}\n',
  );
});
