// `deepmacc segment` as a user runs it, with a model whose masks are known: what is bright.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  openSession,
  type Picture,
  readPicture,
  type Segmentation,
  type Session,
  type System,
  segment,
  systemOf,
} from "../runtime/index.ts";
import {
  type Box,
  maskArea,
  maskBoundingBox,
  maskIou,
  type Rle,
  rleFromCoco,
  rleFromPolygon,
} from "../vision/index.ts";
import { deepmacc, inFolder, type Run, root } from "./deepmacc.ts";

const bright = `dm 1
## Everything that is bright in a box.
@image(resize = fit(128), pad = bottom_right, before = normalize, mean = [127, 127, 127], std = [10, 10, 10])
@masks(boxes = normalized, values = probabilities, paste = corners)
model Bright {
  input image: f32[N, H, W, 3]
  input rois:  f32[N, K, 4]
  output masks = (image, rois) -> crop_and_resize(size = 28) -> slice(from = 0, to = 1) -> sigmoid
}
`;

const drawing = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="#203040"/><circle cx="100" cy="100" r="45" fill="#ffd060"/><ellipse cx="225" cy="150" rx="60" ry="35" fill="#fff"/></svg>`,
);
const [circle, ellipse] = ["50,50,150,150", "155,105,295,195"];
const size = { height: 240, width: 320 };
const disc = (): Rle => {
  const around = Array.from({ length: 64 }, (_, i) => [
    100 + 45 * Math.cos((i * Math.PI) / 32),
    100 + 45 * Math.sin((i * Math.PI) / 32),
  ]);
  return rleFromPolygon(around.flat(), size);
};

let photo: Buffer;
beforeAll(async () => {
  photo = await sharp(drawing).jpeg({ quality: 95 }).toBuffer();
});

const use = (work: (segment: (...args: readonly string[]) => Run, folder: string) => void | Promise<void>) =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, "bright.dm"), bright);
    writeFileSync(join(folder, "photo.jpg"), photo);
    await work((...args) => deepmacc(["segment", ...args], { cwd: folder }), folder);
  });

const masksIn = (path: string): readonly Rle[] =>
  JSON.parse(readFileSync(path, "utf8")).annotations.map(({ segmentation }: { segmentation: never }) =>
    rleFromCoco(segmentation),
  );

describe("segment", () => {
  it("writes a mask, an overlay and COCO's JSON of a box", () =>
    use(async (segment, folder) => {
      const run = segment("photo.jpg", "--model", "bright.dm", "--box", circle);
      expect(run.exit, run.stderr).toBe(0);
      expect(run.stdout).toMatch(
        /^photo.jpg: 320 x 240, 1 mask, .* -> photo.mask.png, photo.overlay.png\n {2}1 {2}50,50,150,150 /,
      );
      const [mask] = masksIn(join(folder, "photo.json"));
      expect(maskIou([mask as Rle], [disc()])[0]).toBeGreaterThan(0.93);
      const stored = await sharp(join(folder, "photo.mask.png"))
        .extractChannel(0)
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(stored.info).toMatchObject({ width: 320, height: 240, channels: 1 });
      expect(stored.data.reduce((sum, value) => sum + value / 255, 0)).toBe(maskArea(mask as Rle));
      expect((await sharp(join(folder, "photo.overlay.png")).metadata()).width).toBe(320);
    }));

  it("takes a model file, several boxes in any place, and one map of all masks", () =>
    use(async (segment, folder) => {
      expect(deepmacc(["build", "bright.dm", "-o", "bright.onnx"], { cwd: folder }).exit).toBe(0);
      const options = ["--model", "bright.onnx", "--masks", "map", "--no-overlay", "--out", "out"];
      const run = segment(...options, "--box", circle, ellipse, "photo.jpg");
      expect(run.exit, run.stderr).toBe(0);
      expect(readdirSync(join(folder, "out")).sort()).toEqual(["photo.labels.png", "results.json"]);
      const { data } = await sharp(join(folder, "out", "photo.labels.png"))
        .extractChannel(0)
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([data[100 * 320 + 100], data[150 * 320 + 225], data[5]]).toEqual([1, 2, 0]);
    }));

  it("takes a file that normalises by itself", () =>
    use((segment, folder) => {
      const built = deepmacc(["build", "bright.dm", "-o", "bytes.onnx", "--image-in-graph"], { cwd: folder });
      expect(built.exit, built.stderr).toBe(0);
      expect(segment("photo.jpg", "--model", "bytes.onnx", "--box", circle, "--masks", "none").exit).toBe(0);
      const [bytes] = masksIn(join(folder, "photo.json"));
      expect(segment("photo.jpg", "--model", "bright.dm", "--box", circle, "--masks", "none").exit).toBe(0);
      const [floats] = masksIn(join(folder, "photo.json"));
      expect(maskIou([bytes as Rle], [floats as Rle])[0]).toBeGreaterThan(0.99);
    }));

  it("reads turned pictures as they are seen, in the same pixels", () =>
    use(async (segment, folder) => {
      const turned = await sharp(drawing).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
      writeFileSync(join(folder, "turned.jpg"), turned);
      const run = segment("turned.jpg", "--model", "bright.dm", "--box", circle, "--masks", "none");
      expect(run.exit, run.stderr).toBe(0);
      expect(maskIou([masksIn(join(folder, "turned.json"))[0] as Rle], [disc()])[0]).toBeGreaterThan(0.93);
    }));

  it("does many pictures, tells what is wrong with some, and exits with 1", () =>
    use((segment, folder) => {
      writeFileSync(join(folder, "half.jpg"), photo.subarray(0, photo.length / 2));
      writeFileSync(join(folder, "copy.jpg"), photo);
      const boxes = ["--box", circle, "900,0,1000,9", "9,9,1,10", "NaN,1,2,3"];
      const run = segment(
        "photo.jpg",
        "half.jpg",
        "none.png",
        "copy.jpg",
        "--model",
        "bright.dm",
        ...boxes,
        "--out",
        "out",
      );
      expect(run.exit).toBe(1);
      const errors = run.stderr.split("\n").filter((line) => line.startsWith("error:"));
      expect(errors).toEqual([
        "error: photo.jpg: box 900,0,1000,9 lies outside of the picture, which is 320 x 240",
        "error: photo.jpg: box 9,9,1,10 is inverted: x1 is less than x0",
        "error: photo.jpg: box NaN,1,2,3 is not four numbers",
        "error: half.jpg cannot be read as JPEG: VipsJpeg: premature end of JPEG image",
        "error: cannot read none.png: no such file or directory",
        ...errors.slice(5),
      ]);
      expect(errors).toHaveLength(8);
      expect(run.stdout.split("\n")).toHaveLength(4);
      expect(run.stdout).toMatch(/results.json: 2 masks of 2 pictures, 8 problems, /);
      expect(readdirSync(join(folder, "out")).sort()).toEqual([
        "copy.mask.png",
        "copy.overlay.png",
        "photo.mask.png",
        "photo.overlay.png",
        "results.json",
      ]);
    }));

  it("stops at the first of them with --strict", () =>
    use((segment, folder) => {
      const run = segment("none.png", "photo.jpg", "--model", "bright.dm", "--box", circle, "--strict", "--out", "out");
      expect(run.exit).toBe(74);
      expect(run.stderr).toContain("cannot read none.png");
      expect(existsSync(join(folder, "out"))).toBe(false);
    }));

  it("writes what is done before --strict stops it", () =>
    use((segment, folder) => {
      writeFileSync(join(folder, "copy.jpg"), photo);
      const rest = ["--model", "bright.dm", "--box", circle, "--strict", "--out", "out"];
      const run = segment("photo.jpg", "none.png", "copy.jpg", ...rest, "--json");
      expect(run.exit).toBe(74);
      expect(JSON.parse(run.stdout)).toMatchObject({
        pictures: [{ file: "photo.jpg" }],
        problems: [{ file: "none.png" }],
        results: "out/results.json",
      });
      expect(masksIn(join(folder, "out", "results.json"))).toHaveLength(1);
      expect(existsSync(join(folder, "out", "copy.mask.png"))).toBe(false);
      const boxes = segment("photo.jpg", "--model", "bright.dm", "--box", circle, "900,0,901,1", "9,9,1,1", "--strict");
      expect(boxes).toMatchObject({ exit: 1, stdout: "" });
      expect(boxes.stderr.match(/error:/g)).toHaveLength(1);
      expect(existsSync(join(folder, "photo.json"))).toBe(false);
    }));

  it("reads boxes from lists and from COCO's JSON, whose ids and categories it keeps", () =>
    use((segment, folder) => {
      writeFileSync(
        join(folder, "list.json"),
        JSON.stringify([circle, ellipse].map((box) => box.split(",").map(Number))),
      );
      expect(segment("photo.jpg", "--model", "bright.dm", "--boxes", "list.json").exit).toBe(0);
      expect(masksIn(join(folder, "photo.json"))).toHaveLength(2);
      const coco = {
        images: [{ id: 42, file_name: "photos/photo.jpg", ...size }],
        annotations: [{ id: 7, image_id: 42, bbox: [50, 50, 100, 100], category_id: 18 }],
        categories: [{ id: 18, name: "dog" }],
      };
      writeFileSync(join(folder, "coco.json"), JSON.stringify(coco));
      const run = segment("photo.jpg", "--model", "bright.dm", "--boxes", "coco.json", "--out", "out", "--json");
      expect(JSON.parse(run.stdout)).toMatchObject({
        pictures: [{ instances: [{ box: [50, 50, 150, 150], category: 18, given: 0, id: 7 }] }],
        problems: [],
      });
      const written = JSON.parse(readFileSync(join(folder, "out", "results.json"), "utf8"));
      expect(written).toMatchObject({
        images: [{ id: 42, file_name: "photo.jpg", width: 320 }],
        annotations: [{ id: 7, image_id: 42, category_id: 18, bbox: [50, 50, 100, 100] }],
        categories: [{ id: 18, name: "dog" }],
      });
      const [mask] = masksIn(join(folder, "out", "results.json"));
      expect(maskBoundingBox(mask as Rle)[0]).toBeGreaterThanOrEqual(50);
    }));
});

describe("boxes of COCO's JSON", () => {
  const listed = (names: readonly string[], annotations: readonly object[]) =>
    JSON.stringify({
      images: names.map((name, i) => ({ id: i + 5, file_name: name })),
      annotations: annotations.map((each) => ({ bbox: [50, 50, 100, 100], category_id: 1, ...each })),
    });

  it("a picture that is not in it is a problem", () =>
    use((segment, folder) => {
      writeFileSync(join(folder, "scene.json"), listed(["scene.jpg"], [{ id: 1, image_id: 5 }]));
      const run = segment("photo.jpg", "--model", "bright.dm", "--boxes", "scene.json");
      expect(run).toMatchObject({ exit: 1, stdout: "" });
      expect(run.stderr).toContain("error: scene.json has no picture photo.jpg (it has scene.jpg)\n");
      expect(existsSync(join(folder, "photo.json"))).toBe(false);
    }));

  it("pictures of one name are told apart by their folders", () =>
    use((segment, folder) => {
      mkdirSync(join(folder, "b"));
      writeFileSync(join(folder, "b", "photo.jpg"), photo);
      const annotations = [
        { id: 1, image_id: 5 },
        { id: 2, image_id: 6 },
      ];
      writeFileSync(join(folder, "two.json"), listed(["a/photo.jpg", "b/photo.jpg"], annotations));
      const rest = ["--model", "bright.dm", "--boxes", "two.json", "--out", "out"];
      expect(segment("b/photo.jpg", ...rest).exit).toBe(0);
      const written = JSON.parse(readFileSync(join(folder, "out", "results.json"), "utf8"));
      expect(written).toMatchObject({ images: [{ id: 6 }], annotations: [{ id: 2, image_id: 6 }] });
      const other = segment("photo.jpg", ...rest);
      expect(other.exit).toBe(1);
      expect(other.stderr).toContain("two.json has 2 pictures photo.jpg, and nothing says which of them photo.jpg is");
    }));

  it("masks keep the ids of annotations, whichever boxes are left out", () =>
    use((segment, folder) => {
      const annotations = [
        { id: 11, image_id: 5, bbox: [900, 0, 9, 9] },
        { id: 12, image_id: 5 },
        { image_id: 5 },
        { id: 1, image_id: 5 },
      ];
      writeFileSync(join(folder, "four.json"), listed(["photo.jpg"], annotations));
      const run = segment("photo.jpg", "--model", "bright.dm", "--boxes", "four.json", "--json");
      expect(run.exit).toBe(1);
      const { pictures, problems } = JSON.parse(run.stdout);
      expect(pictures[0].instances.map(({ given, id }: { given: number; id: number }) => [given, id])).toEqual([
        [1, 12],
        [2, undefined],
        [3, 1],
      ]);
      expect(problems).toMatchObject([{ file: "photo.jpg", given: 0 }]);
      const written = JSON.parse(readFileSync(join(folder, "photo.json"), "utf8"));
      expect(written.annotations.map(({ id }: { id: number }) => id)).toEqual([12, 2, 1]);
    }));
});

describe("what is read is never written over", () => {
  const kept = (folder: string, name: string, ...more: readonly string[]) => {
    const before = readFileSync(join(folder, name));
    const run = deepmacc(["segment", ...more], { cwd: folder });
    expect(run.exit, run.stderr).toBe(74);
    expect(run.stderr).toMatch(`error: ${name} is `);
    expect(run.stderr).toContain("--out DIR");
    expect(readFileSync(join(folder, name))).toEqual(before);
  };

  it.each([["photo.json"], ["link.json"], ["./photo.json"]])("boxes in %s", (boxes) =>
    use((segment, folder) => {
      writeFileSync(join(folder, "photo.json"), `[[${circle}]]`);
      symlinkSync("photo.json", join(folder, "link.json"));
      kept(folder, "photo.json", "photo.jpg", "--model", "bright.dm", "--boxes", boxes);
      expect(existsSync(join(folder, "photo.mask.png"))).toBe(false);
      expect(segment("photo.jpg", "--model", "bright.dm", "--boxes", boxes, "--out", "out").exit).toBe(0);
      writeFileSync(join(folder, "out", "photo.json"), `[[${circle}]]`);
      const again = segment("photo.jpg", "--model", "bright.dm", "--boxes", "out/photo.json", "--out", "out");
      expect(again.exit, again.stderr).toBe(0);
    }),
  );

  it.each(["photo.overlay.png", "photo.mask.png", "photo.12.mask.png", "photo.labels.png"])("the picture %s", (name) =>
    use((_, folder) => {
      writeFileSync(join(folder, name), photo);
      kept(folder, name, "photo.jpg", name, "--model", "bright.dm", "--box", circle);
    }),
  );

  it("a model of tfjs, and results that are the boxes", () =>
    use((segment, folder) => {
      expect(deepmacc(["build", "bright.dm", "--target", "tfjs", "-o", "net"], { cwd: folder }).exit).toBe(0);
      writeFileSync(join(folder, "net", "model.jpg"), photo);
      kept(join(folder, "net"), "model.json", "model.jpg", "--model", "../net", "--box", circle);
      writeFileSync(join(folder, "net", "parts.json"), "{}");
      writeFileSync(join(folder, "net", "parts.jpg"), photo);
      kept(join(folder, "net"), "parts.json", "parts.jpg", "--model", ".", "--box", circle);
      expect(segment("photo.jpg", "--model", "bright.dm", "--box", circle, "--out", "out").exit).toBe(0);
      kept(
        folder,
        "out/results.json",
        "photo.jpg",
        "--model",
        "bright.dm",
        "--boxes",
        "out/results.json",
        "--out",
        "out",
      );
    }));
});

describe("what cannot be used is said, and nothing is left behind", () => {
  it.each([
    ["deep JSON", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, /a box is x0,y0,x1,y1/],
    ["no JSON", "[[1, 2", /cannot read boxes from boxes.json: it is no JSON/],
    ["a word", '"boxes"', /it holds neither/],
    ["another document", '{"images": []}', /it has no images and annotations/],
    ["numbers", "[1, 2, 3, 4]", /its element 0 is no list/],
    ["a list too many", "[[[1, 2, 3, 4]]]", /a box is x0,y0,x1,y1, but this one is a list of lists/],
    ["one number", "[[1]]", /a box is x0,y0,x1,y1, but 1 has 1 number$/m],
    ["no numbers", '[[null, "1", {}, 4]]', /box null,1,object,4 is not four numbers/],
    ["COCO of nothing", '{"images": [1], "annotations": []}', /it has no images and annotations/],
  ])("boxes: %s", (_, text, message) =>
    use((segment, folder) => {
      writeFileSync(join(folder, "boxes.json"), text);
      const run = segment("photo.jpg", "--model", "bright.dm", "--boxes", "boxes.json", "--out", "out");
      expect(run.exit).toBe(1);
      expect(run.stderr).toMatch(message);
      expect(run.stderr).not.toMatch(/\n\s+at /);
    }),
  );

  it("models", () =>
    use((segment, folder) => {
      writeFileSync(join(folder, "plain.dm"), "dm 1\nmodel Plain on image: f32[N, H, W, 3] = image -> relu\n");
      const plain = segment("photo.jpg", "--model", "plain.dm", "--box", circle);
      expect(plain).toMatchObject({ exit: 4 });
      expect(plain.stderr).toContain("the model does not say how it reads an image: @image(…) stands in front of it");
      const without = segment("photo.jpg", "--model", "bright.dm", "--out", "out");
      expect(without.exit).toBe(2);
      expect(without.stderr).toContain("error: the model finds no boxes: it has to be given some");
      expect(existsSync(join(folder, "out"))).toBe(false);
      const picture = segment("photo.jpg", "--model", "photo.jpg", "--box", circle);
      expect(picture.exit).toBe(2);
      expect(picture.stderr).toContain("error: photo.jpg is no model");
      expect(segment("photo.jpg", "--model", folder, "--box", circle).stderr).toContain("holds no models");
      expect(segment("--model", "bright.dm").exit).toBe(2);
      expect(existsSync(join(folder, "photo.mask.png"))).toBe(false);
    }));

  it("directories of other targets", () =>
    use((segment, folder) => {
      for (const name of ["a", "b"]) {
        mkdirSync(join(folder, "python", name), { recursive: true });
        writeFileSync(join(folder, "python", name, "model.py"), "");
        mkdirSync(join(folder, "served", name), { recursive: true });
        writeFileSync(join(folder, "served", name, "config.pbtxt"), "");
      }
      const python = segment("photo.jpg", "--model", "python", "--box", circle);
      expect(python.exit).toBe(4);
      expect(python.stderr).toContain("python holds programs in Python (a, b), which segment does not run");
      const served = segment("photo.jpg", "--model", "served", "--box", circle);
      expect(served.exit).toBe(4);
      expect(served.stderr).toContain("served is a repository of Triton (a, b), which a server runs");
    }));

  it.each([["1,2,3"], ["1.5,2,3.5"], ["1,2,3,x"], ["1,2,,4"], ["1,2,3,4,5"]])("--box %s", (box) =>
    use((segment, folder) => {
      const run = segment("photo.jpg", "--model", "bright.dm", "--out", "out", "--box", circle, box);
      expect(run.exit).toBe(2);
      expect(run.stderr).toContain(`error: --box "${box}" is not four numbers`);
      expect(existsSync(join(folder, "out"))).toBe(false);
    }),
  );

  it("without a model, it is the small one of the package", () =>
    use((segment, folder) => {
      const run = segment("photo.jpg", "--box", circle);
      expect(run.exit, run.stderr).toBe(0);
      expect(run.stderr).toMatch(/note: no model is named: this is the small one of the package, .*demo.dm:Demo/);
      const [mask] = masksIn(join(folder, "photo.json"));
      expect(maskIou([mask as Rle], [disc()])[0]).toBeGreaterThan(0.5);
    }));

  it("one of each is told as one", () =>
    use(async (segment, folder) => {
      const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "#fff" } })
        .png()
        .toBuffer();
      writeFileSync(join(folder, "dot.png"), dot);
      const run = segment("dot.png", "none.png", "--model", "bright.dm", "--box", "0,0,1,1");
      expect(run.stdout).toContain("results.json: 1 mask of 1 picture, 1 problem, ");
      expect(segment("dot.png", "--model", "bright.dm", "--box", "0,0,1,1").stdout).toContain("  1 pixel\n");
    }));

  it("options", () =>
    use((segment, folder) => {
      const wrong = (...more: readonly string[]) => segment("photo.jpg", "--model", "bright.dm", ...more);
      expect(wrong("--score", "2").stderr).toContain("--score is a number from 0 to 1, not 2");
      expect(wrong("--masks", "all").stderr).toContain('--masks is each, map, none, not "all"');
      expect(wrong("--box", circle, "--boxes", "a.json").exit).toBe(2);
      writeFileSync(join(folder, "file"), "");
      expect(wrong("--box", circle, "--out", "file").exit).toBe(74);
      for (const out of ["file", "file/deeper"])
        expect(wrong("--box", circle, "--out", out).stderr).toContain(`cannot write into ${out}: file is no directory`);
      const stdin = segment("-", "--model", "bright.dm", "--box", circle);
      expect(stdin.exit).toBe(2);
      expect(stdin.stderr).toContain("segment reads no picture from stdin");
    }));

  it("a picture of too many pixels takes little memory", () =>
    use(async (segment, folder) => {
      const create = { width: 10_000, height: 5000, channels: 3 as const, background: "#fff" };
      const large = await sharp({ create, limitInputPixels: false }).jpeg({ quality: 10 }).toBuffer();
      writeFileSync(join(folder, "large.jpg"), large);
      const run = segment("large.jpg", "--model", "bright.dm", "--box", "0,0,8000,4000", "--masks", "none", "--json");
      expect(run.exit, run.stderr).toBe(0);
      expect(JSON.parse(run.stdout).pictures[0]).toMatchObject({ width: 10_000, readAt: { width: 2500 } });
      expect(run.peak).toBeLessThan(400);
    }));
});

describe("a small Deep-MAC", () => {
  const small = join(root, "tests", "fixtures", "segment", "small.dm");
  const built = (folder: string, ...more: readonly string[]) => {
    const run = deepmacc(["build", small, "--verify", "off", ...more], { cwd: folder });
    expect(run.exit, run.stderr).toBe(0);
  };
  const results = (folder: string) => readFileSync(join(folder, "results.json"), "utf8");

  it("answers the same as parts, as one file, as a text and channels first; masks of boxes, and of what it finds", () =>
    use((segment, folder) => {
      built(folder, "--parts", "-o", "parts");
      built(folder, "--parts", "--layout", "nchw", "-o", "planes");
      built(folder, "-o", "whole.onnx");
      const found = (model: string): string => {
        const run = segment("photo.jpg", "--model", model, "--score", "0.1", "--masks", "none", "--out", "out");
        expect(run.exit, run.stderr).toBe(0);
        return results(join(folder, "out"));
      };
      const parts = found("parts");
      expect(JSON.parse(parts).annotations.length).toBeGreaterThan(1);
      expect(JSON.parse(parts).annotations[0].category_id).toBeGreaterThan(0);
      expect(found(small)).toBe(parts);
      const withoutClasses = parts.replace(/("category_id":\s*)\d/g, "$10");
      expect(JSON.parse(found("whole.onnx")).annotations).toEqual(JSON.parse(withoutClasses).annotations);
      const boxes = ["--box", circle, ellipse, "--masks", "none", "--out", "out"];
      expect(segment("photo.jpg", "--model", "parts", ...boxes).exit).toBe(0);
      const given = results(join(folder, "out"));
      expect(segment("photo.jpg", "--model", "planes", ...boxes).exit).toBe(0);
      const planes = masksIn(join(folder, "out", "results.json"));
      writeFileSync(join(folder, "given.json"), given);
      for (const [i, mask] of masksIn(join(folder, "given.json")).entries())
        expect(maskIou([mask], [planes[i] as Rle])[0]).toBeGreaterThan(0.999);
    }));

  it("answers the same natively and in WebAssembly", () =>
    use(async (_, folder) => {
      built(folder, "--parts", "-o", "parts");
      const picture = await readPicture(photo);
      const answers: Rle[][] = [];
      for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const) {
        const files = ["features", "masks"].map((name) =>
          openSession(join(folder, "parts", `${name}.onnx`), { backend }),
        );
        const sessions = (await Promise.all(files)) as Session[];
        const system = systemOf(sessions) as System;
        const boxes = [circle, ellipse].map((text) => text.split(",").map(Number) as unknown as Box);
        const { instances } = (await segment(system, picture as Picture, { boxes })) as Segmentation;
        answers.push(instances.map(({ mask }) => mask));
        for (const session of sessions) await session.close();
      }
      const [native = [], web = []] = answers;
      expect(native).toHaveLength(2);
      for (const [i, mask] of native.entries()) expect(maskIou([mask], [web[i] as Rle])[0]).toBeGreaterThan(0.999);
    }));
});
