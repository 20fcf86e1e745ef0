// Polygons as masks; that they equal pycocotools is tests/peers/test_vision.py.
import { describe, expect, it } from "vitest";
import { VisionError } from "../error.ts";
import { maskArea } from "./area.ts";
import { maskBoundingBox } from "./bounding-box.ts";
import { rleFromBox, rleFromPolygon, rleFromPolygons } from "./polygon.ts";

const size = { height: 10, width: 20 };

describe("a polygon", () => {
  it("covers the pixels whose middle it surrounds", () => {
    const square = rleFromPolygon([2, 3, 8, 3, 8, 7, 2, 7], size);
    expect(maskBoundingBox(square)).toEqual([2, 3, 6, 4]);
    expect(maskArea(square)).toBe(24);
    expect(rleFromBox([2, 3, 6, 4], size)).toEqual(square);
  });
  it("is cut off by the image", () => {
    expect(maskArea(rleFromPolygon([-5, -5, 40, -5, 40, 40, -5, 40], size))).toBe(200);
    expect(maskArea(rleFromPolygon([30, 30, 40, 30, 40, 40], size))).toBe(0);
  });
  it("may reach far away, at no cost", () => {
    const far = 2e8;
    expect(maskArea(rleFromPolygon([-far, -far, far, -far, far, far, -far, far], size))).toBe(200);
    const diagonal = maskArea(rleFromPolygon([-far, -far, far, -far, far, far], size));
    expect(diagonal).toBeGreaterThan(140);
    expect(diagonal).toBeLessThan(170);
  });
  it("takes the memory of the image, however often its sides cross it", () => {
    const zigzag = Array.from({ length: 4002 }, (_, at) => (at % 2 === 0 ? (at % 4) * 1e6 - 1e6 : at / 2000));
    expect(rleFromPolygon(zigzag, { height: 2, width: 4000 }).counts.length).toBeLessThanOrEqual(8001);
  });
  it("joins others", () => {
    const left = [0, 0, 5, 0, 5, 10, 0, 10];
    const right = [3, 0, 10, 0, 10, 10, 3, 10];
    expect(maskArea(rleFromPolygons([left, right], size))).toBe(100);
  });
  it.each([
    [[1, 1, 2, 2], /at least 3 corners, not 2/],
    [[], /at least 3 corners, not 0/],
    [[1, 1, 2, 2, 3], /5 numbers end within a corner/],
    [[1, 1, Number.NaN, 2, 3, 3], /number 2 of a polygon is NaN/],
    [[1, 1, 5, Number.POSITIVE_INFINITY, 3, 3], /number 3 of a polygon is Infinity/],
    [[1, 1, 5, 1e12, 3, 3], /2e8/],
    [[1, 1, null as never, 5, 3, 3], /number 2 of a polygon is/],
    [5 as never, /at least 3 corners/],
  ])("%j is refused", (corners, words) => {
    expect(() => rleFromPolygon(corners, size)).toThrow(VisionError);
    expect(() => rleFromPolygon(corners, size)).toThrow(words);
  });
});
