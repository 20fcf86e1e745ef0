// Pictures and boxes to masks, with networks that say what they were asked.
import { describe, expect, it } from "vitest";
import { maskBoundingBox } from "../../vision/index.ts";
import type { Port } from "../manifest.ts";
import { type EngineFailure, isEngineFailure, type TensorData, type Tensors } from "../session.ts";
import { pictureOf } from "./canvas.ts";
import { boxProblem } from "./geometry.ts";
import { type Segmentation, type SegmentOptions, segment } from "./segment.ts";
import { type Runner, type System, systemOf } from "./system.ts";

const image = {
  input: "image",
  resize: "fit",
  size: [64, 64],
  kernel: "asymmetric",
  pad: "bottom_right",
  before: "normalize",
  order: "rgb",
  range: 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const meaning = { boxes: "normalized", values: "probabilities", paste: "corners", first: 1 };
const metadata = { image: JSON.stringify(image), masks: JSON.stringify(meaning) };

const port = (name: string, ...dims: (number | string)[]): Port => ({ name, type: "float32", dims });
const floats = (dims: readonly number[], ...data: number[]): TensorData => ({ dims, data: Float32Array.from(data) });

function runner(
  inputs: readonly Port[],
  outputs: readonly string[],
  run: (feeds: Tensors) => Tensors,
  more: Readonly<Record<string, string>> = {},
) {
  const asked: Tensors[] = [];
  const manifest = { inputs, outputs: outputs.map((name) => port(name)), metadata: { ...metadata, ...more } };
  const listen = async (feeds: Tensors) => {
    asked.push(feeds);
    return run(feeds);
  };
  return { manifest, run: listen, asked };
}

/** Two boxes of which one is sure; the first half of the input is a left one. */
const features = () =>
  runner([port("image", "N", "H", "W", 3)], ["h_pixel", "det_boxes", "det_scores", "det_classes"], () => ({
    h_pixel: floats([1, 1, 1, 1], 7),
    det_boxes: floats([1, 2, 4], 0, 0, 0.5, 0.25, 0.125, 0.25, 0.375, 1.5),
    det_scores: floats([1, 2], 0.2, 0.9),
    det_classes: floats([1, 2], 3, 16),
  }));

/** Every box is all mask. */
const masks = (count: number | string = "K", more: Readonly<Record<string, string>> = {}) =>
  runner(
    [port("h_pixel", "N", "h", "w", 1), port("rois", "N", count, 4)],
    ["masks"],
    ({ rois }) => {
      const boxes = rois?.dims[1] ?? 0;
      return { masks: { dims: [1, boxes, 2, 2, 1], data: new Float32Array(4 * boxes).fill(1) } };
    },
    more,
  );

const picture = { height: 100, width: 200, pixels: new Uint8Array(3 * 100 * 200).fill(9) };

function sound<Answer extends object>(answer: Answer | EngineFailure): Answer {
  if (isEngineFailure(answer)) throw new Error(answer.message);
  return answer;
}
const system = (...runners: readonly Runner[]): System => sound(systemOf(runners));
const run = async (options: SegmentOptions, ...runners: readonly Runner[]): Promise<Segmentation> =>
  sound(await segment(system(...runners), picture, options));

describe("boxes of a picture", () => {
  it("become those of the padded input, and masks of the picture", async () => {
    const [one, two] = [features(), masks()];
    const { size, instances } = await run({ boxes: [[0, 0, 100, 50]] }, one, two);
    // 200 x 100 is fitted as 64 x 32 into 64 x 64: its middle is (0.5, 0.25) of the input.
    expect(two.asked).toEqual([{ h_pixel: floats([1, 1, 1, 1], 7), rois: floats([1, 1, 4], 0, 0, 0.25, 0.5) }]);
    expect(size).toEqual({ height: 100, width: 200 });
    expect(instances).toHaveLength(1);
    expect(maskBoundingBox(instances[0]!.mask)).toEqual([0, 0, 100, 50]);
  });
  it("are run in one go, the image once; in as many as a fixed number asks for", async () => {
    const boxes = Array.from({ length: 5 }, (_, i) => [i, 0, i + 10, 10] as const);
    const [one, any, pairs] = [features(), masks(), masks(2)];
    expect((await run({ boxes }, one, any)).instances).toHaveLength(5);
    expect([one.asked.length, any.asked.length]).toEqual([1, 1]);
    expect((await run({ boxes }, features(), pairs)).instances).toHaveLength(5);
    expect(pairs.asked.map(({ rois }) => rois?.dims)).toEqual([
      [1, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ]);
  });
  it("that are none are answered without a run", async () => {
    const [one, two] = [features(), masks()];
    expect((await run({ boxes: [] }, two, one)).instances).toEqual([]);
    expect([one.asked, two.asked]).toEqual([[], []]);
  });
  it("in pixels of the input, where the system says so; masks framed, of logits", async () => {
    const told = JSON.stringify({ boxes: "pixels", values: "logits", paste: "framed" });
    const two = masks("K", { masks: told });
    const { instances } = await run({ boxes: [[100, 50, 200, 100]] }, features(), two);
    expect(two.asked[0]?.["rois"]).toEqual(floats([1, 1, 4], 16, 32, 32, 64));
    expect(instances[0]?.soft.values[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });
  it("without a place or area are refused with their numbers", () => {
    const size = { height: 100, width: 200 };
    expect(boxProblem([0, 0, 10, 10], size)).toBeUndefined();
    expect(boxProblem([-5, -5, 1, 1], size)).toBeUndefined();
    expect(boxProblem([0, 0, 10], size)).toBe("a box is x0,y0,x1,y1, but 0,0,10 has 3 numbers");
    expect(boxProblem([0, Number.NaN, 10, 10], size)).toBe("box 0,NaN,10,10 is not four numbers");
    expect(boxProblem([10, 9, 0, 3], size)).toBe(
      "box 10,9,0,3 is inverted: x1 is less than x0, and y1 is less than y0",
    );
    expect(boxProblem([5, 5, 5, 9], size)).toBe("box 5,5,5,9 has no area");
    expect(boxProblem([200, 0, 300, 9], size)).toBe("box 200,0,300,9 lies outside of the picture, which is 200 x 100");
  });
});

describe("what the model finds", () => {
  it("is what it is sure of, in the picture", async () => {
    const { instances } = await run({}, features(), masks());
    expect(instances).toHaveLength(1);
    expect(instances[0]).toMatchObject({ box: [50, 25, 300, 75], kind: 16, category: 17 });
    expect(instances[0]?.score).toBeCloseTo(0.9, 6);
    expect((await run({ score: 0.1 }, features(), masks())).instances.map(({ category }) => category)).toEqual([17, 4]);
    expect((await run({ score: 0.1, most: 1 }, features(), masks())).instances).toHaveLength(1);
    expect((await run({ score: 1 }, features(), masks())).instances).toEqual([]);
  });
  it("by one model that does everything, channels first, masks by class", async () => {
    const whole = runner(
      [port("image", 1, 3, 64, 64)],
      ["masks", "boxes", "scores", "classes"],
      () => ({
        masks: floats([1, 2, 2, 1, 2], 0, 0, 0, 1, 1, 1, 0, 0),
        boxes: floats([1, 2, 4], 0, 0, 0.5, 1, 0, 0, 0.5, 1),
        scores: floats([1, 2], 0.5, 0.6),
        classes: floats([1, 2], 1, 0),
      }),
      { layout: "nchw" },
    );
    const { instances } = await run({}, whole);
    expect(instances.map(({ soft }) => [...(soft.values as Float32Array)])).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(whole.asked[0]?.["image"]?.dims).toEqual([1, 3, 64, 64]);
  });
});

it("a canvas is a picture, on white", () => {
  const data = Uint8ClampedArray.from([10, 20, 30, 255, 0, 0, 0, 0, 0, 100, 200, 51, 255, 255, 255, 255]);
  expect(pictureOf({ height: 2, width: 2, data })).toEqual({
    height: 2,
    width: 2,
    pixels: Uint8Array.from([10, 20, 30, 255, 255, 255, 204, 224, 244, 255, 255, 255]),
  });
  expect(() => pictureOf({ height: 2, width: 3, data })).toThrow("a canvas of 3 x 2 cannot have 16 values");
});

describe("files that are no system", () => {
  const message = (...runners: readonly Runner[]) => {
    const answer = systemOf(runners);
    return isEngineFailure(answer) ? answer.message : "";
  };
  const bare = (text: string) => ({ ...features(), manifest: { ...features().manifest, metadata: { image: text } } });
  it("say what is missing", () => {
    expect(message(bare(""))).toContain("does not say how it reads an image");
    expect(message(masks())).toBe("no model takes the image that @image is about");
    expect(message(features())).toBe("the model has no output `masks`");
    expect(message(bare(metadata.image))).toContain("@masks(…)");
  });
  it("lie about their image", () => {
    for (const lie of [
      "{",
      "3",
      "null",
      '{"size":[1e9,1]}',
      metadata.image.replace("64,64", "-1,64"),
      metadata.image.replace("[1,1,1]", '["x",1,1]'),
    ])
      expect(message(bare(lie)), lie).toContain("does not say how it reads an image");
  });
  it("answer what does not fit", async () => {
    const few = runner([port("h_pixel", 1), port("rois", "N", "K", 4)], ["masks"], () => ({
      masks: floats([1, 1, 2, 2, 1], 1, 1, 1, 1),
    }));
    const answer = await segment(system(features(), few), picture, {
      boxes: [
        [0, 0, 9, 9],
        [1, 1, 9, 9],
      ],
    });
    expect(answer).toMatchObject({ message: "the model answered fewer masks than boxes" });
    const fixed = runner([port("image", "N", 32, 32, 3)], ["h_pixel", "det_boxes", "det_scores"], () => ({}));
    expect(await segment(system(fixed, masks()), picture, { boxes: [[0, 0, 9, 9]] })).toMatchObject({
      message: "the model takes image [N, 32, 32, 3], but by @image the picture becomes [1, 64, 64, 3]",
    });
  });
});
