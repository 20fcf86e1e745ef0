import { describe, expect, it } from "vitest";
import { numbersOf } from "../checkpoints/index.ts";
import { readNpyTensor } from "./npy.ts";

function readNpy(bytes: Uint8Array) {
  const array = readNpyTensor(bytes);
  return "failure" in array ? array : { dims: array.dims, data: numbersOf(array.dtype, array.content) };
}

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

  // numpy.asfortranarray(numpy.arange(6).reshape(1, 2, 3)), and big-endian numbers.
  it("puts axes and bytes in order", () => {
    const values = Float32Array.from([0, 3, 1, 4, 2, 5]);
    const turned = Array.from({ length: 6 }, (_, i) => [...bytesOf(values).slice(4 * i, 4 * i + 4)].reverse()).flat();
    const wanted = { dims: [1, 2, 3], data: Float32Array.from([0, 1, 2, 3, 4, 5]) };
    expect(readNpy(npy(header("<f4", "1, 2, 3", "True"), bytesOf(values)))).toEqual(wanted);
    expect(readNpy(npy(header(">f4", "1, 2, 3", "True"), Uint8Array.from(turned)))).toEqual(wanted);
    expect(readNpy(npy(header(">u2", "2,"), Uint8Array.from([1, 2, 3, 4])))).toMatchObject({ dims: [2] });
    expect(readNpy(npy(header(">u2", "2,"), Uint8Array.from([1, 2, 3, 4])))).toHaveProperty("data.1", 772);
    expect(readNpy(npy(header("<f4", "0, 3", "True"), new Uint8Array()))).toMatchObject({ dims: [0, 3] });
  });

  it.each([
    ["other bytes", Uint8Array.from({ length: 40 }), "it is no .npy file"],
    ["a torn header", npy(header("<f4", "2"), new Uint8Array(8)).subarray(0, 30), "it ends inside its header"],
    ["another type", npy(header("<c8", "1"), new Uint8Array(8)), 'it holds <c8; save x.astype("float32")'],
    ["too few numbers", npy(header("<f4", "3"), new Uint8Array(8)), "its shape needs 3 numbers, but it holds 2"],
    ["too many numbers", npy(header("<f4", "1"), new Uint8Array(8)), "its shape needs 1 numbers, but it holds 2"],
  ])("refuses %s", (_title, bytes, reason) => {
    expect(readNpy(bytes)).toMatchObject({ failure: expect.stringContaining(reason) });
  });
});
