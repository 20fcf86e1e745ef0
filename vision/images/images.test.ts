// Pictures as networks read them, against what the released code made of them.
import { describe, expect, it } from "vitest";
import { fixture } from "../../tests/vision-fixtures.ts";
import { VisionError } from "../error.ts";
import { type ImageInput, placementOf } from "./image-input.ts";
import { prepareImage } from "./prepare.ts";
import { resizePixels } from "./resize.ts";

const file = fixture<{ readonly side: number }>("preprocess.safetensors");

const deepmac: ImageInput = {
  input: "image",
  resize: "fit",
  size: [64, 64],
  kernel: "asymmetric",
  pad: "bottom_right",
  before: "normalize",
  order: "bgr",
  range: 255,
  mean: [104.01362025, 114.03422265, 119.9165958],
  std: [73.6027665, 69.89082075, 70.9150767],
};
const deepmarc: ImageInput = {
  ...deepmac,
  kernel: "half_pixel",
  before: "pad",
  order: "rgb",
  range: 1,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

const pictureOf = (name: string) => {
  const { dims, data } = file.tensor(`${name}/image`);
  return { height: dims[0] ?? 0, width: dims[1] ?? 0, pixels: Uint8Array.from(data) };
};

/** In grey levels. */
function worst(values: Float32Array, wanted: readonly number[], { std, range }: ImageInput): number {
  const level = (Math.max(...std) * 255) / range;
  return values.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0)) * level), 0);
}

describe.each([
  ["Deep-MAC", "deepmac_input", deepmac],
  ["Deep-MARC", "deepmarc_input", deepmarc],
])("an input of %s", (_, role, reading) => {
  it.each(Object.keys(file.cases))("%s", (name) => {
    const { input, values } = prepareImage(pictureOf(name), reading);
    expect(input).toEqual({ height: 64, width: 64 });
    expect(worst(values, file.tensor(`${name}/${role}`).data, reading)).toBeLessThan(1e-3);
  });
});

it("the kernels differ where the size does", () => {
  const row = { height: 1, width: 4, pixels: Uint8Array.from([0, 60, 120, 180].flatMap((v) => [v, v, v])) };
  const every = (values: Float32Array) => [...values].filter((_, at) => at % 3 === 0);
  expect(every(resizePixels(row, { height: 1, width: 2 }, "asymmetric"))).toEqual([0, 120]);
  expect(every(resizePixels(row, { height: 1, width: 2 }, "half_pixel"))).toEqual([30, 150]);
  expect(every(resizePixels(row, { height: 1, width: 8 }, "asymmetric"))).toEqual([0, 30, 60, 90, 120, 150, 180, 180]);
});

describe("where an image lies", () => {
  const fit = { ...deepmac, size: [512, 512] as const };
  it.each([
    [480, 640, 384, 512],
    [640, 480, 512, 384],
    [10, 10000, 1, 512],
    [1, 1, 512, 512],
    [1536, 1535, 512, 512],
    [2048, 1026, 512, 256], // 256.5: to the even number
  ])("%i x %i within 512 x 512 is %i x %i", (height, width, rows, columns) => {
    const { input, image } = placementOf(fit, { height, width });
    expect(input).toEqual({ height: 512, width: 512 });
    expect(image).toEqual({ height: rows, width: columns });
  });
  it("is all there is without padding, stretched or left as it is", () => {
    const image = { height: 30, width: 60 };
    expect(placementOf({ ...fit, pad: "none" }, image).input).toEqual({ height: 256, width: 512 });
    expect(placementOf({ ...fit, resize: "stretch" }, image).image).toEqual({ height: 512, width: 512 });
    const { size: _, ...open } = fit;
    expect(placementOf({ ...open, resize: "none", pad: "none" }, image)).toEqual({ input: image, image });
  });
});

it("a smaller copy lies where its picture would", () => {
  const copy = { height: 2, width: 4, pixels: new Uint8Array(24).fill(9) };
  const { image } = prepareImage(copy, deepmac, { height: 4096, width: 8192 });
  expect(image).toEqual({ height: 32, width: 64 });
});

it("padding is 0, before or after", () => {
  const dot = { height: 1, width: 64, pixels: new Uint8Array(192) };
  const last = (reading: ImageInput) => prepareImage(dot, reading).values.at(-1);
  expect(last(deepmarc)).toBe(0);
  expect(last(deepmac)).toBeCloseTo(-119.9165958 / 70.9150767, 6);
});

it("refuses what is no picture", () => {
  expect(() => prepareImage({ height: 2, width: 2, pixels: new Uint8Array(9) }, deepmac)).toThrow(/2 x 2 x 3 values/);
  expect(() => prepareImage({ height: 0, width: 2, pixels: new Uint8Array(0) }, deepmac)).toThrow(VisionError);
});
