// What `@image` and `@masks` say reaches whoever opens a file, whichever target wrote it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEngineFailure, openSession } from "../runtime/index.ts";
import { type ImageInput, prepareImage } from "../vision/index.ts";
import { deepmacc, inFolder } from "./deepmacc.ts";

const text = `dm 1
@image(resize = fit(side), kernel = asymmetric, pad = bottom_right, before = normalize, order = bgr, mean = [104, 114.5, 119], std = SPREAD)
@masks(boxes = normalized, values = probabilities, paste = corners)
@paper("arXiv:2104.00613")
model Whole(side: int = 512) on image: f32[N, H, W, 3] = image -> conv(4, stride = 2)
model Small = Whole with { side = 64 }
const SPREAD = [73.5, 69.75, 70.25]
`;
const image = {
  input: "image",
  resize: "fit",
  size: [64, 64],
  kernel: "asymmetric",
  pad: "bottom_right",
  before: "normalize",
  order: "bgr",
  range: 255,
  mean: [104, 114.5, 119],
  std: [73.5, 69.75, 70.25],
};
const masks = { boxes: "normalized", values: "probabilities", paste: "corners", first: 0 };

async function metadataOf(path: string) {
  const session = await openSession(path);
  if (isEngineFailure(session)) throw new Error(session.message);
  await session.close();
  return session.manifest.metadata;
}

const build = (folder: string, ...args: readonly string[]) => {
  writeFileSync(join(folder, "net.dm"), text);
  const run = deepmacc(["build", ...args, "--verify", "off"], { cwd: folder });
  expect(run.exit, run.stderr).toBe(0);
};

it.each([
  ["onnx", "net.onnx"],
  ["tfjs", "net"],
])("is in the metadata of %s", (target, name) =>
  inFolder(async (folder) => {
    build(folder, "net.dm:Small", "--target", target, "-o", name);
    const metadata = await metadataOf(join(folder, name));
    expect(JSON.parse(metadata["image"] ?? "")).toEqual(image);
    expect(JSON.parse(metadata["masks"] ?? "")).toEqual(masks);
    expect(metadata["paper"]).toBe('("arXiv:2104.00613")');
  }),
);

it("is in a file of PyTorch as constants", () =>
  inFolder((folder) => {
    build(folder, "net.dm:Small", "--target", "torch", "-o", "net");
    const model = readFileSync(join(folder, "net", "model.py"), "utf8");
    expect(model).toContain(
      `IMAGE: dict[str, object] = {\n    "input": "image",\n    "resize": "fit",\n    "size": [64, 64],`,
    );
    expect(model).toContain(`MASKS: dict[str, object] = {\n    "boxes": "normalized",`);
  }));

it("has the sizes that the input was fixed at", () =>
  inFolder(async (folder) => {
    build(folder, "net.dm:Whole", "--at", "H=32,W=48", "-o", "net.onnx");
    expect(JSON.parse((await metadataOf(join(folder, "net.onnx")))["image"] ?? "")).toMatchObject({ size: [32, 48] });
  }));

it("is shown by info", () =>
  inFolder((folder) => {
    writeFileSync(join(folder, "net.dm"), text);
    const { stdout } = deepmacc(["info", "net.dm:Small"], { cwd: folder });
    expect(stdout).toContain(
      "image: fit 64 x 64 (asymmetric), padded bottom_right, then normalized; bgr, 0 to 255, less",
    );
    const document = JSON.parse(deepmacc(["info", "net.dm:Small", "--json"], { cwd: folder }).stdout);
    expect(document).toMatchObject({ image, masks });
  }));

describe("--image-in-graph", () => {
  const [height, width] = [32, 48];
  const picture = { height, width, pixels: new Uint8Array(3 * height * width).map((_, at) => (at * 37) % 256) };
  const planes = (values: ArrayLike<number>) =>
    Float32Array.from({ length: values.length }, (_, i) => {
      const pixels = height * width;
      return values[3 * (i % pixels) + Math.floor(i / pixels)] ?? 0;
    });

  async function output(path: string, feed: Float32Array | Int32Array, dims: readonly number[]) {
    const session = await openSession(path);
    if (isEngineFailure(session)) throw new Error(session.message);
    const answer = await session.run({ image: { dims, data: feed } });
    await session.close();
    if (isEngineFailure(answer)) throw new Error(answer.message);
    return answer["output"]?.data ?? [];
  }

  it.each(["nhwc", "nchw"])("takes bytes and computes what the text does of their norm (%s)", (layout) =>
    inFolder(async (folder) => {
      const options = ["net.dm:Whole", "--at", `H=${height},W=${width}`, "--layout", layout];
      build(folder, ...options, "-o", "floats.onnx");
      build(folder, ...options, "-o", "bytes.onnx", "--image-in-graph");
      const reading = { ...image, resize: "none", pad: "none" } as unknown as ImageInput;
      const { values } = prepareImage(picture, reading);
      const isFirst = layout === "nchw";
      const dims = isFirst ? [1, 3, height, width] : [1, height, width, 3];
      const floats = await output(join(folder, "floats.onnx"), isFirst ? planes(values) : values, dims);
      const raw = isFirst ? planes(picture.pixels) : picture.pixels;
      const bytes = await output(join(folder, "bytes.onnx"), Int32Array.from(raw), dims);
      expect(floats.length).toBeGreaterThan(0);
      expect(Math.max(...floats.map((value, i) => Math.abs(value - (bytes[i] ?? Number.NaN))))).toBeLessThan(1e-5);
      expect(JSON.parse((await metadataOf(join(folder, "bytes.onnx")))["image"] ?? "")).toMatchObject({
        in_graph: true,
      });
    }),
  );

  it("is refused where nothing is said of images, and by other targets", () =>
    inFolder((folder) => {
      writeFileSync(join(folder, "plain.dm"), "dm 1\nmodel Plain on x: f32[N, H, W, 3] = x -> relu\n");
      const plain = deepmacc(["build", "plain.dm", "--image-in-graph"], { cwd: folder });
      expect(plain.exit).toBe(2);
      expect(plain.stderr).toContain("Plain says nothing of images, which --image-in-graph puts into the file");
      const other = deepmacc(["build", "plain.dm", "--image-in-graph", "--target", "tfjs"], { cwd: folder });
      expect(other.exit).toBe(2);
      expect(other.stderr).toContain("--image-in-graph is no option of --target tfjs");
    }));
});
