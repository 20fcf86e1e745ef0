// `deepmacc masks` as a user runs it: RLE, polygons and PNG, there and back.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeMask, rleFromCoco, rleToCoco } from "../vision/index.ts";
import { deepmacc, inFolder } from "./deepmacc.ts";

const size = { height: 30, width: 40 };
const pixels = new Uint8Array(30 * 40).map((_, at) => Number((at % 40) + Math.floor(at / 40) > 30 && at % 40 < 35));
const mask = encodeMask(pixels, size);
const ring = encodeMask(
  pixels.map((_, at) => Number(Math.abs(Math.hypot((at % 40) - 15, Math.floor(at / 40) - 15) - 8) < 3)),
  size,
);
const document = {
  images: [{ id: 4, file_name: "photo.jpg", ...size }],
  annotations: [
    { id: 1, image_id: 4, category_id: 2, segmentation: rleToCoco(mask), score: 0.5 },
    { id: 2, image_id: 4, category_id: 2, segmentation: [[5, 5, 15, 5, 15, 10, 5, 10]] },
  ],
  categories: [],
};

const use = (work: (run: (...args: readonly string[]) => ReturnType<typeof deepmacc>, folder: string) => void) =>
  inFolder((folder) => {
    writeFileSync(join(folder, "masks.json"), JSON.stringify(document));
    work((...args) => deepmacc(["masks", ...args], { cwd: folder }), folder);
  });

it("lists what masks cover, RLE and polygons", () =>
  use((run) => {
    const { exit, stdout } = run("masks.json");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^1 {2}image 4 {2}\d+ pixels {2}\S+\n2 {2}image 4 {2}50 pixels {2}5,5,10,5\n$/);
    expect(JSON.parse(run("masks.json", "--area", "--json").stdout).masks[0].area).toBe(
      pixels.reduce((a, b) => a + b, 0),
    );
  }));

it("writes PNG files, and COCO's JSON of them again", () =>
  use((run, folder) => {
    expect(run("masks.json", "--decode", "-o", "png").stdout).toBe("png/masks.1.png\npng/masks.2.png\n");
    expect(readdirSync(join(folder, "png")).sort()).toEqual(["masks.1.png", "masks.2.png"]);
    expect(run("png/masks.1.png", "png/masks.2.png", "--encode", "-o", "again.json").exit).toBe(0);
    const again = JSON.parse(readFileSync(join(folder, "again.json"), "utf8"));
    expect(rleFromCoco(again.annotations[0].segmentation)).toEqual(mask);
    expect(again.annotations[1]).toMatchObject({ area: 50, bbox: [5, 5, 10, 5], image_id: 2 });
  }));

it("turns RLE into polygons and polygons into RLE; other keys stay; holes are told", () =>
  use((run, folder) => {
    expect(run("masks.json", "--polygons", "-o", "polygons.json").exit).toBe(0);
    const polygons = JSON.parse(readFileSync(join(folder, "polygons.json"), "utf8"));
    expect(polygons.annotations[0]).toMatchObject({ id: 1, score: 0.5 });
    expect(polygons.annotations[1].segmentation).toEqual([[15, 5, 15, 10, 5, 10, 5, 5]]);
    expect(run("polygons.json", "--rle", "-o", "rle.json").exit).toBe(0);
    const rle = JSON.parse(readFileSync(join(folder, "rle.json"), "utf8"));
    expect(rleFromCoco(rle.annotations[0].segmentation)).toEqual(mask);
    writeFileSync(join(folder, "ring.json"), JSON.stringify([{ image_id: 4, segmentation: rleToCoco(ring) }]));
    const lost = run("ring.json", "--polygons", "-o", "out.json");
    expect(lost.exit).toBe(1);
    expect(lost.stderr).toContain("annotation 1 has 1 hole, which no polygon can say");
  }));

it("says what is no mask, and does the others", () =>
  use((run, folder) => {
    const broken = [
      { id: 1, image_id: 4, segmentation: { size: [2, 2], counts: [1, 9] } },
      { id: 2, image_id: 4, segmentation: { size: [1e9, 1e9], counts: "abc" } },
      { id: 3, image_id: 9, segmentation: [[0, 0, 1, 1, 0, 1]] },
      { id: 4, image_id: 4, segmentation: [[0, 0, "x", null]] },
      { id: 5 },
      document.annotations[0],
    ];
    writeFileSync(join(folder, "broken.json"), JSON.stringify({ ...document, annotations: broken }));
    const { exit, stdout, stderr } = run("broken.json");
    expect(exit).toBe(1);
    expect(stdout.split("\n")).toHaveLength(2);
    const errors = stderr.trim().split("\n");
    expect(errors).toHaveLength(5);
    for (const line of errors) expect(line).toMatch(/^error: broken.json: annotation \d (is no mask: |has )/);
    for (const text of ["[", "3", '{"annotations": 3}', "null"]) {
      writeFileSync(join(folder, "bad.json"), text);
      expect(run("bad.json")).toMatchObject({ exit: 1 });
    }
    expect(run("masks.json", "--area", "--decode").exit).toBe(2);
    expect(run("masks.json", "--rle").stderr).toContain("name it: -o masks.json");
    expect(run().exit).toBe(2);
  }));
