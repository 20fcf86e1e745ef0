// Polygons around masks, and masks of those polygons.
import fc from "fast-check";
import { expect, it } from "vitest";
import { maskContours } from "./contours.ts";
import { decodeMask } from "./decode.ts";
import { encodeMask } from "./encode.ts";
import { rleFromPolygons } from "./polygon.ts";

const maskOf = (...rows: readonly string[]) => {
  const pixels = Uint8Array.from(rows.join(""), (letter) => Number(letter === "#"));
  return encodeMask(pixels, { height: rows.length, width: rows[0]?.length ?? 0 });
};

it("goes around each region, clockwise, from its first pixel", () => {
  expect(maskContours(maskOf("....", ".##.", ".#..", "...."))).toEqual({
    polygons: [[3, 1, 3, 2, 2, 2, 2, 3, 1, 3, 1, 1]],
    holes: 0,
  });
  expect(maskContours(maskOf("#.", ".#")).polygons).toHaveLength(2);
  expect(maskContours(maskOf("...", "..."))).toEqual({ polygons: [], holes: 0 });
});

it("counts holes", () => {
  expect(maskContours(maskOf("###", "#.#", "###"))).toEqual({ polygons: [[3, 0, 3, 3, 0, 3, 0, 0]], holes: 1 });
  expect(maskContours(maskOf("#####", "#.#.#", "#####")).holes).toBe(2);
});

it("polygons of a mask without holes make the mask again", () => {
  const size = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });
  const drawn = size.chain((image) =>
    fc
      .array(fc.nat({ max: 1 }), { minLength: image.height * image.width, maxLength: image.height * image.width })
      .map((bits) => ({ image, mask: Uint8Array.from(bits) })),
  );
  fc.assert(
    fc.property(drawn, ({ image, mask }) => {
      const { polygons, holes } = maskContours(encodeMask(mask, image));
      fc.pre(holes === 0 && polygons.length > 0);
      expect(decodeMask(rleFromPolygons(polygons, image))).toEqual(mask);
    }),
    { numRuns: 500 },
  );
});
