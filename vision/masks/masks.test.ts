// What a mask is and what it refuses. That it all equals pycocotools is tests/peers/test_vision.py.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VisionError } from "../error.ts";
import { maskArea } from "./area.ts";
import { maskBoundingBox } from "./bounding-box.ts";
import { rleFromCoco, rleToCoco } from "./coco.ts";
import { compressRle, decompressRle } from "./compressed.ts";
import { decodeMask } from "./decode.ts";
import { encodeMask } from "./encode.ts";
import { maskIou } from "./iou.ts";
import { mergeMasks } from "./merge.ts";
import { type Rle, rleOf } from "./rle.ts";

const size = { height: 2, width: 3 };
/** . # .
 *  # # . */
const mask = Uint8Array.of(0, 1, 0, 1, 1, 0);
const rle = encodeMask(mask, size);
const hostile = (action: () => unknown, words: RegExp): void => {
  expect(action).toThrow(VisionError);
  expect(action).toThrow(words);
};

const images = fc
  .record({ height: fc.integer({ min: 1, max: 20 }), width: fc.integer({ min: 1, max: 20 }) })
  .chain((image) => {
    const length = image.height * image.width;
    const pixels = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: length, maxLength: length });
    return fc.record({ image: fc.constant(image), one: pixels, other: pixels });
  });

describe("an RLE", () => {
  it("counts columns, background first", () => {
    expect([...rle.counts]).toEqual([1, 3, 2]);
    expect([...encodeMask(Uint8Array.of(1, 1), { height: 1, width: 2 }).counts]).toEqual([0, 2]);
  });
  it("takes every value but 0 as foreground, in both orders and at any place in memory", () => {
    const values = Uint8Array.of(9, 0, 7, 0, 255, 3, 0).subarray(1);
    expect([...encodeMask(values, size).counts]).toEqual([1, 3, 2]);
    expect([...encodeMask(values, size, "columns").counts]).toEqual([1, 1, 1, 2, 1]);
  });
  it("is what its mask is", () => {
    fc.assert(
      fc.property(images, fc.constantFrom("rows" as const, "columns" as const), ({ image, one }, order) => {
        const pixels = Uint8Array.from(one);
        const encoded = encodeMask(pixels, image, order);
        expect(decodeMask(encoded, order)).toEqual(pixels);
        expect(decompressRle(compressRle(encoded), image)).toEqual(encoded);
        expect(rleFromCoco(JSON.parse(JSON.stringify(rleToCoco(encoded))))).toEqual(encoded);
        expect(maskArea(encoded)).toBe(one.reduce((sum: number, pixel) => sum + pixel, 0));
      }),
    );
  });
  it("knows its area and its box", () => {
    expect(maskArea(rle)).toBe(3);
    expect(maskBoundingBox(rle)).toEqual([0, 0, 2, 2]);
    expect(maskBoundingBox(rleOf([6], size))).toEqual([0, 0, 0, 0]);
    expect(maskBoundingBox(rleOf([6, 0], size))).toEqual([0, 0, 0, 0]);
    expect(maskBoundingBox(rleOf([5, 1], size))).toEqual([2, 1, 1, 1]);
  });
  it("joins and overlaps as its pixels do", () => {
    fc.assert(
      fc.property(images, ({ image, one, other }) => {
        const both = one.map((pixel, at) => pixel & other[at]!);
        const any = one.map((pixel, at) => pixel | other[at]!);
        const masks = [one, other].map((pixels) => encodeMask(Uint8Array.from(pixels), image));
        const [first, second] = masks as [Rle, Rle];
        expect(decodeMask(mergeMasks(masks))).toEqual(Uint8Array.from(any));
        expect(decodeMask(mergeMasks(masks, "intersection"))).toEqual(Uint8Array.from(both));
        const shared = both.filter(Boolean).length;
        expect(maskIou([first], [second])[0]).toBe(shared === 0 ? 0 : shared / any.filter(Boolean).length);
        expect(maskIou([first], [second], [true])[0]).toBe(shared === 0 ? 0 : shared / maskArea(first));
      }),
    );
  });
  it("may have runs of no length, which change nothing", () => {
    const split = rleOf([1, 1, 0, 2, 0, 0, 2], size);
    expect(decodeMask(split)).toEqual(mask);
    expect([...mergeMasks([split, split]).counts]).toEqual([1, 3, 2]);
    expect(maskIou([split], [rle])[0]).toBe(1);
    expect(maskBoundingBox(split)).toEqual([0, 0, 2, 2]);
  });
  it("is refused where it is none", () => {
    hostile(() => rleOf([7], size), /runs past its end by run 0/);
    hostile(() => rleOf([1, 4], size), /ends after 5/);
    hostile(() => rleOf([], size), /ends after 0/);
    hostile(() => rleOf([-1, 7], size), /run 0 .* is -1/);
    hostile(() => rleOf([1.5, 4.5], size), /1\.5/);
    hostile(() => rleOf([Number.NaN], size), /NaN/);
    const wrong: Rle = { ...size, counts: Uint32Array.of(4e9, 4e9) };
    for (const action of [decodeMask, maskArea, maskBoundingBox, compressRle]) hostile(() => action(wrong), /past/);
    hostile(() => mergeMasks([rle, wrong]), /past/);
    hostile(() => maskIou([rle], [wrong]), /past/);
  });
  it("is of an image that can be", () => {
    for (const side of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])
      hostile(() => rleOf([6], { height: 1, width: side }), /image/);
    hostile(() => decompressRle("6", { height: 1e5, width: 1e5 }), /too large/);
    hostile(() => encodeMask(new Uint8Array(5), size), /cannot have 5/);
    hostile(() => rleFromCoco({ size: [2] as never, counts: "6" }), /\[height, width\]/);
    hostile(() => rleFromCoco({ size: [2, 3], counts: {} as never }), /string or a list/);
    for (const json of ["null", "5", "{}", '{"size": "23", "counts": "132"}', '{"size": [2, 3]}'])
      hostile(() => rleFromCoco(JSON.parse(json)), /COCO RLE/);
    hostile(() => rleFromCoco(JSON.parse('{"size": [{"toString": 1}, 3], "counts": "132"}')), /type object and 3/);
    hostile(() => rleFromCoco(JSON.parse('{"size": [2, 3], "counts": ["1", 5]}')), /run 0 .* type string/);
    hostile(() => rleFromCoco(JSON.parse('{"size": [2, 3], "counts": [1, null]}')), /run 1 /);
  });
  it("goes only with its like", () => {
    const turned = rleOf([6], { height: 3, width: 2 });
    hostile(() => mergeMasks([rle, turned]), /different images/);
    hostile(() => maskIou([rle], [turned]), /different images/);
    hostile(() => mergeMasks([]), /no masks/);
    hostile(() => maskIou([rle], [rle], []), /marks of crowds/);
  });
});

describe("a compressed string", () => {
  it("is COCO's", () => {
    expect(compressRle(rle)).toBe("132");
    expect(compressRle(rleOf([1, 100, 50, 849], { height: 10, width: 100 }))).toBe("1T3b1]g0");
  });
  it("holds the largest image", () => {
    const large = { height: 1, width: 2 ** 31 - 1 };
    const counts = [2 ** 31 - 10, 1, 3, 1, 4, 0];
    expect([...decompressRle(compressRle(rleOf(counts, large)), large).counts]).toEqual(counts);
  });
  it("is refused where it is damaged", () => {
    hostile(() => decompressRle("1 2", size), /code 32 at place 1/);
    hostile(() => decompressRle("1é", size), /code 233/);
    hostile(() => decompressRle("1o", size), /ends within a count/);
    hostile(() => decompressRle("oooooooo", size), /more than 7 characters/);
    hostile(() => decompressRle("1?", size), /ends after|past|-1/);
    hostile(() => decompressRle("@", size), /is -16 pixels/);
    hostile(() => decompressRle("oooo0", size), /past|long/);
    hostile(() => decompressRle("", size), /ends after 0/);
  });
  it("is right or refused, whatever is done to it", () => {
    const photograph = { height: 60, width: 80 };
    const pixels = Uint8Array.from({ length: 4800 }, (_, at) => Number((at * at) % 97 < 30));
    const text = compressRle(encodeMask(pixels, photograph));
    const change = fc.record({ at: fc.nat(text.length - 1), code: fc.nat(0x10ffff), cut: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let damaged = text;
        for (const { at, code, cut } of changes)
          damaged =
            damaged.slice(0, at) + String.fromCodePoint(cut ? 48 + (code % 64) : code) + damaged.slice(at + cut);
        let read: Rle;
        try {
          read = decompressRle(damaged, photograph);
        } catch (error) {
          expect(error).toBeInstanceOf(VisionError);
          return;
        }
        expect(read.counts.reduce((sum, count) => sum + count, 0)).toBe(4800);
        expect(decodeMask(read).length).toBe(4800);
      }),
      { numRuns: 3000 },
    );
  });
});
