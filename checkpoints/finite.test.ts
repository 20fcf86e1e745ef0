// Numbers that are none, in every type of float and over pieces.
import { describe, expect, it } from "vitest";
import { nonFiniteText, watchFinite } from "./finite.ts";

const bytes = (numbers: { readonly buffer: ArrayBuffer }): Uint8Array => new Uint8Array(numbers.buffer);

describe("numbers that are none", () => {
  it.each([
    [
      "F32",
      bytes(Float32Array.of(1, -3.4e38, Number.NaN, Number.NEGATIVE_INFINITY)),
      { nans: 1, infinities: 1, first: 2 },
    ],
    [
      "F64",
      bytes(Float64Array.of(-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300)),
      { nans: 1, infinities: 2, first: 1 },
    ],
    ["F64", bytes(Float64Array.of(3.4e38, -0, 5e-324)), undefined],
    ["F16", bytes(Uint16Array.of(0x7bff, 0xfc00, 0x7c01)), { nans: 1, infinities: 1, first: 1 }],
    ["BF16", bytes(Uint16Array.of(0xff7f, 0x7f80, 0xffc0)), { nans: 1, infinities: 1, first: 1 }],
    ["I32", bytes(Int32Array.of(0x7f800000, -1)), undefined],
    ["U8", Uint8Array.of(255, 255), undefined],
  ] as const)("of %s", (dtype, content, found) => expect(watchFinite(dtype)(content)).toEqual(found));

  it("are counted over pieces, also at odd places of memory", () => {
    const shifted = new Uint8Array(9);
    shifted.set(bytes(Float32Array.of(0, Number.NaN)), 1);
    const watch = watchFinite("F32");
    expect(watch(bytes(Float32Array.of(1, 2, 3)))).toBeUndefined();
    expect(watch(shifted.subarray(1))).toEqual({ nans: 1, infinities: 0, first: 4 });
    expect(watch(shifted.subarray(1))).toEqual({ nans: 2, infinities: 0, first: 4 });
  });

  it("are told with their place", () => {
    const tensor = { name: "w", dtype: "F64", shape: [2, 3], bytes: 48 } as const;
    expect(nonFiniteText(tensor, { nans: 0, infinities: 1, first: 4 })).toBe(
      "w holds 1 beyond float32, the first at [1, 1]",
    );
    const scalar = { name: "s", dtype: "F32", shape: [], bytes: 4 } as const;
    expect(nonFiniteText(scalar, { nans: 1, infinities: 0, first: 0 })).toBe("s holds 1 NaN, the first at []");
  });
});
