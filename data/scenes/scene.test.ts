import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { classes, isSeen } from "./classes.ts";
import { drawScene, type Scene, sceneSize } from "./scene.ts";

const scenes = (count: number, seed = 5): readonly Scene[] =>
  Array.from({ length: count }, (_, index) => drawScene(seed, "train", index));
const hash = ({ pixels, ids }: Scene): string =>
  createHash("sha256").update(pixels).update(ids).digest("hex").slice(0, 16);

test("a scene depends on its seed, split and index alone", () => {
  expect(hash(drawScene(5, "train", 3))).toBe(hash(scenes(4)[3]!));
  const others = [drawScene(6, "train", 3), drawScene(5, "val", 3), drawScene(5, "train", 4), drawScene(5, "train", 3)];
  expect(new Set(others.map(hash)).size).toBe(4);
});

test("scenes stay as they were drawn for the study", () => {
  expect(scenes(3, 11).map(hash)).toMatchInlineSnapshot(`
    [
      "ea0aa8afa949cd90",
      "06c981e07b928662",
      "ff09d6d71ecc7c9b",
    ]
  `);
});

test("ids, boxes and areas of instances agree", () => {
  for (const { ids, instances } of scenes(60)) {
    expect(new Set(ids)).toEqual(
      new Set([0, ...instances.map(({ id }) => id)].filter((id) => id > 0 || ids.includes(0))),
    );
    for (const { id, box, area } of instances) {
      const at = [...ids.keys()].filter((index) => ids[index] === id);
      const [xs, ys] = [at.map((index) => index % sceneSize), at.map((index) => Math.floor(index / sceneSize))];
      expect(at.length).toBe(area);
      expect(box).toEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1]);
    }
  }
});

/** The hue of the mean colour of an instance, in 180 steps. */
function hueOf({ pixels, ids }: Scene, id: number): number {
  const [r, g, b] = [0, 1, 2].map((channel) =>
    ids.reduce((sum, each, at) => sum + (each === id ? pixels[3 * at + channel]! : 0), 0),
  ) as [number, number, number];
  const [most, range] = [Math.max(r, g, b), Math.max(r, g, b) - Math.min(r, g, b)];
  const sixths = most === r ? (g - b) / range : most === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  return (30 * (sixths + 6)) % 180;
}

test("all sixteen shapes come, and seen ones have the reserved hues, but for 15 % of them", () => {
  const counts = classes.map(() => 0);
  const reserved = { seen: [0, 0], unseen: [0, 0] };
  for (const scene of scenes(300))
    for (const { id, category } of scene.instances) {
      counts[category]!++;
      const tally = reserved[isSeen(category) ? "seen" : "unseen"];
      if (hueOf(scene, id) < 72) tally[0]!++;
      tally[1]!++;
    }
  expect(counts.length).toBe(16);
  expect(Math.min(...counts)).toBeGreaterThan(30);
  expect(reserved.seen[0]! / reserved.seen[1]!).toBeCloseTo(0.85, 1);
  expect(reserved.unseen[0]! / reserved.unseen[1]!).toBeLessThan(0.03);
});

test("the smallest instances have 40 pixels", () => {
  const areas = scenes(200).flatMap(({ instances }) => instances.map(({ area }) => area));
  expect(Math.min(...areas)).toBeGreaterThanOrEqual(40);
});
