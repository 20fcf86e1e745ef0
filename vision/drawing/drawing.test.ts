// Overlays: what is drawn where, and that nothing leaves the picture.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VisionError } from "../error.ts";
import { rleFromBox } from "../masks/polygon.ts";
import { colourOf, inkOn } from "./colours.ts";
import { letter, strokesOf, textWidth } from "./glyphs.ts";
import { placeLabel } from "./labels.ts";
import { drawOverlay } from "./overlay.ts";

const [height, width] = [60, 80];
const grey = { height, width, pixels: new Uint8Array(3 * height * width).fill(128) };
const drawn = (x: number, y: number, w: number, h: number, label = "") => ({
  mask: rleFromBox([x, y, w, h], grey),
  box: [x, y, x + w, y + h] as const,
  label,
});

describe("an overlay", () => {
  it("tints a mask, outlines it more, and leaves the rest as it was", () => {
    const pixels = drawOverlay(grey, [drawn(20, 20, 30, 25)]);
    const away = (x: number, y: number): number =>
      [0, 1, 2].reduce((most, c) => Math.max(most, Math.abs((pixels[3 * (y * width + x) + c] ?? 0) - 128)), 0);
    expect(grey.pixels.every((value) => value === 128)).toBe(true);
    expect(away(5, 5)).toBe(0);
    expect(away(79, 59)).toBe(0);
    expect(away(35, 32)).toBeGreaterThan(30);
    expect(away(20, 32)).toBeGreaterThan(away(35, 32));
  });
  it("draws small masks above large ones", () => {
    const both = [drawn(30, 30, 8, 8), drawn(0, 0, 80, 60)];
    const first = drawOverlay(grey, both);
    const at = 3 * (34 * width + 34);
    const alone = drawOverlay(grey, both.slice(0, 1));
    const [red, green] = colourOf(0);
    expect(Math.sign((first[at] ?? 0) - 128)).toBe(Math.sign(red - 128));
    expect(Math.sign((alone[at + 1] ?? 0) - 128)).toBe(Math.sign(green - 128));
  });
  it("takes boxes and labels that reach past the picture, pictures of one pixel, empty masks", () => {
    const one = { height: 1, width: 1, pixels: new Uint8Array(3) };
    const far = { mask: rleFromBox([0, 0, 1, 1], one), box: [-1e6, -1e6, 1e6, 1e6] as const, label: "é?" };
    expect(drawOverlay(one, [far])).toHaveLength(3);
    expect(
      drawOverlay(grey, [
        { ...drawn(0, 0, 0, 0, "a label that is much longer than this picture is wide"), box: [70, 50, 200, 200] },
      ]),
    ).toHaveLength(grey.pixels.length);
  });
  it("refuses masks of other pictures", () => {
    const other = { ...drawn(0, 0, 2, 2), mask: rleFromBox([0, 0, 2, 2], { height: 4, width: 4 }) };
    expect(() => drawOverlay(grey, [other])).toThrow(VisionError);
  });
});

it("a label never leaves the picture", () => {
  const side = fc.integer({ min: 1, max: 300 });
  const edge = fc.double({ min: -500, max: 500, noNaN: true });
  fc.assert(
    fc.property(side, side, edge, edge, side, side, (rows, columns, left, top, wide, tall) => {
      const box = { left, top, right: left + wide, bottom: top + tall };
      const area = placeLabel(box, { height: 12, width: 40 }, { height: rows, width: columns }, []);
      expect(Math.min(area.left, area.top)).toBeGreaterThanOrEqual(0);
      expect(area.right).toBeLessThanOrEqual(columns);
      expect(area.bottom).toBeLessThanOrEqual(rows);
    }),
  );
});

it("labels keep off each other where there is room", () => {
  const picture = { height: 100, width: 100 };
  const box = { left: 20, top: 40, right: 60, bottom: 80 };
  const first = placeLabel(box, { height: 10, width: 30 }, picture, []);
  expect(first).toEqual({ left: 20, top: 30, right: 50, bottom: 40 });
  expect(placeLabel(box, { height: 10, width: 30 }, picture, [first])).toMatchObject({ top: 40 });
});

it("letters differ from each other and stay on their grid", () => {
  const every = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.,:-_+=/%#()'?";
  const shapes = [...every].map((character) => JSON.stringify(strokesOf(character)));
  expect(new Set(shapes).size).toBe(every.length - 1); // 0 is O
  for (const stroke of [...every].flatMap(strokesOf))
    for (const [x, y] of stroke)
      expect([x >= 0 && x <= letter.width, y >= 0 && y <= letter.height]).toEqual([true, true]);
  expect(strokesOf("é")).toEqual(strokesOf("E"));
  expect(strokesOf("漢")).toEqual(strokesOf("?"));
  expect(textWidth("")).toBe(0);
});

it("colours of many instances differ, and their ink is read", () => {
  const colours = Array.from({ length: 60 }, (_, index) => colourOf(index));
  expect(new Set(colours.map(String)).size).toBe(60);
  expect(inkOn([255, 255, 0])).toEqual([20, 20, 20]);
  expect(inkOn([0, 0, 160])).toEqual([255, 255, 255]);
});
