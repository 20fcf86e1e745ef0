// Both pastes against what the released code pasted.
import { describe, expect, it } from "vitest";
import { fixture } from "../../tests/vision-fixtures.ts";
import { VisionError } from "../error.ts";
import { maskArea } from "../masks/area.ts";
import { encodeMask } from "../masks/encode.ts";
import { binaryMask } from "./binary.ts";
import type { Box, BoxMask } from "./box-mask.ts";
import { pasteMask, pasteRle } from "./paste.ts";
import { reframeMask, reframeRle } from "./reframe.ts";

const file = fixture<{ readonly image_size: readonly [number, number] }>("pastes.safetensors");

interface Case {
  readonly mask: BoxMask;
  readonly box: Box;
  readonly image: { readonly height: number; readonly width: number };
  readonly binary: Uint8Array;
  /** Where the place of the values begins. */
  readonly start: number;
}

function casesOf(name: string): readonly Case[] {
  const [count = 0, height = 0, width = 0] = file.tensor(`${name}/masks`).dims;
  const [rows, columns] = file.cases[name]!.image_size;
  const cut = (role: string, each: number, index: number) =>
    file.tensor(`${name}/${role}`).data.slice(index * each, (index + 1) * each);
  return Array.from({ length: count }, (_, index) => ({
    mask: { height, width, values: cut("masks", height * width, index) },
    box: [...cut("boxes", 4, index)] as unknown as Box,
    image: { height: rows, width: columns },
    binary: Uint8Array.from(cut("binary", rows * columns, index)),
    start: index * rows * columns,
  }));
}

const named = (word: string): readonly string[] => Object.keys(file.cases).filter((name) => name.startsWith(word));

describe("reframeMask", () => {
  it.each(named("reframe"))("%s", (name) => {
    const wanted = file.tensor(`${name}/image_masks`).data;
    let foreground = 0;
    for (const { mask, box, image, binary, start } of casesOf(name)) {
      const values = reframeMask(mask, box, image);
      const worst = Math.max(...values.map((value, at) => Math.abs(value - wanted[start + at]!)));
      expect(worst).toBeLessThan(2e-6);
      expect(binaryMask(values)).toEqual(binary);
      expect(reframeRle(mask, box, image)).toEqual(encodeMask(binary, image));
      foreground += binary.filter(Boolean).length;
    }
    expect(foreground).toBeGreaterThan(0);
  });
});

describe("pasteMask", () => {
  it.each(named("paste"))("%s", (name) => {
    let foreground = 0;
    for (const { mask, box, image, binary } of casesOf(name)) {
      expect(binaryMask(pasteMask(mask, box, image))).toEqual(binary);
      expect(pasteRle(mask, box, image)).toEqual(encodeMask(binary, image));
      foreground += binary.filter(Boolean).length;
    }
    expect(foreground).toBeGreaterThan(0);
  });
});

describe.each([
  ["reframeMask", reframeMask],
  ["pasteMask", pasteMask],
])("%s", (_, paste) => {
  const mask = { height: 2, width: 2, values: [1, 1, 1, 1] };
  const image = { height: 4, width: 5 };
  it("takes boxes that lie anywhere", () => {
    for (const box of [
      [1e30, 1e30, 1e30, 1e30],
      [-1e30, -1e30, 1e30, 1e30],
      [5, 5, -5, -5],
      [0, 0, 0, 0],
    ] as const)
      expect(paste(mask, box, image).every((value) => value >= 0 && value <= 1)).toBe(true);
  });
  it("refuses what is no box, no mask and no image", () => {
    expect(() => paste(mask, [0, 0, Number.NaN, 1], image)).toThrow(VisionError);
    expect(() => paste({ ...mask, height: 3 }, [0, 0, 1, 1], image)).toThrow(/3 x 2 = 6 values cannot have 4/);
    expect(() => paste(mask, [0, 0, 1, 1], { height: 0, width: 5 })).toThrow(VisionError);
  });
});

it("a mask of an image of 256 million pixels takes no image of values", () => {
  const image = { height: 2 ** 14, width: 2 ** 14 };
  const mask = { height: 2, width: 2, values: [1, 1, 1, 1] };
  const { counts } = reframeRle(mask, [0.25, 0.25, 0.2501, 0.2501], image);
  expect(counts.reduce((sum, run) => sum + run, 0)).toBe(2 ** 28);
  expect(maskArea(reframeRle(mask, [0, 0, 1, 1e-3], image))).toBe(2 ** 14 * 17);
  expect(() => reframeRle(mask, [0, 0, 1, 1], image, -1)).toThrow(VisionError);
});

it("a binary mask is what is above", () => {
  expect([...binaryMask([0.5, 0.50001, Number.NaN, 1])]).toEqual([0, 1, 0, 1]);
  expect(() => binaryMask([1], Number.NaN)).toThrow(VisionError);
});
