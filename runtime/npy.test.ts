import { describe, expect, it } from "vitest";
import { readNpy } from "./npy.ts";

function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length % 256, text.length >> 8] : [text.length % 256, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...data]);
}
const header = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;
const bytesOf = (values: Float32Array | Float64Array) => new Uint8Array(values.buffer);

describe("readNpy", () => {
  it.each([1, 2])("reads float32 of format version %i", (version) => {
    const bytes = npy(header("<f4", "2, 3"), bytesOf(Float32Array.from([1, 2, 3, 4, 5, 6])), version);
    expect(readNpy(bytes)).toEqual({ dims: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) });
  });

  it("reads float64, one axis and none", () => {
    expect(readNpy(npy(header("<f8", "2,"), bytesOf(Float64Array.from([0.5, -1]))))).toMatchObject({ dims: [2] });
    expect(readNpy(npy(header("<f8", ""), bytesOf(Float64Array.from([0.5]))))).toMatchObject({ dims: [] });
  });

  it.each([
    ["other bytes", Uint8Array.from({ length: 40 }), "it is no .npy file"],
    ["a torn header", npy(header("<f4", "2"), new Uint8Array(8)).subarray(0, 30), "it ends inside its header"],
    ["another type", npy(header("<i8", "1"), new Uint8Array(8)), 'it holds <i8; save x.astype("float32")'],
    ["Fortran order", npy(header("<f4", "1", "True"), new Uint8Array(4)), "Fortran order"],
    ["too few numbers", npy(header("<f4", "3"), new Uint8Array(8)), "its shape needs 3 numbers, but it holds 2"],
    ["too many numbers", npy(header("<f4", "1"), new Uint8Array(8)), "its shape needs 1 numbers, but it holds 2"],
  ])("refuses %s", (_title, bytes, reason) => {
    expect(readNpy(bytes)).toMatchObject({ failure: expect.stringContaining(reason) });
  });
});
