// Box coding and clipping, as the released code answers them.
import { describe, expect, it } from "vitest";
import { fixture } from "../../tests/vision-fixtures.ts";
import { VisionError } from "../error.ts";
import { clipBoxes, decodeBoxes, encodeBoxes } from "./coding.ts";

const plain = { center: 1, extent: 1 };
const weighted = { center: 10, extent: 5 };

function expectNear(made: Float64Array, wanted: readonly number[]): void {
  const scale = Math.max(...wanted.map(Math.abs));
  expect(made.length).toBe(wanted.length);
  made.forEach((value, at) => expect(Math.abs(value - wanted[at]!) / scale, `value ${at}`).toBeLessThan(1e-6));
}

describe("the box coding of Deep-MARC", () => {
  const file = fixture<unknown>("proposals.safetensors");
  const read = (name: string) => file.tensor(`box_coding/${name}`).data;
  it("encodes", () => {
    expectNear(encodeBoxes(read("boxes"), read("anchors"), plain), read("codes"));
    expectNear(encodeBoxes(read("boxes"), read("anchors"), weighted), read("codes_weighted"));
  });
  it("decodes, with a longest side", () => {
    expectNear(decodeBoxes(read("deltas"), read("anchors"), plain), read("decoded"));
    // Stored for eight times the codes.
    const deltas = read("deltas").map((delta) => 8 * delta);
    expectNear(decodeBoxes(deltas, read("anchors"), weighted), read("decoded_weighted"));
    expectNear(decodeBoxes([0, 0, 99, 0], [0, 0, 2, 2], plain), [1 - 62.5, 0, 1 + 62.5, 2]);
  });
  it("clips", () => {
    expectNear(clipBoxes(file.tensor("clip/boxes").data, [120, 160]), file.tensor("clip/clipped").data);
  });
  it("gives back what it coded", () => {
    const [boxes, anchors] = [read("boxes"), read("anchors")];
    expectNear(decodeBoxes(encodeBoxes(boxes, anchors, weighted), anchors, weighted), boxes);
  });
  it("refuses what are no pairs of boxes", () => {
    expect(() => encodeBoxes([1, 2, 3, 4], [], plain)).toThrow(/4 numbers of boxes do not go with 0/);
    expect(() => decodeBoxes([1, 2], [1, 2], plain)).toThrow(/2 numbers end within a box/);
    expect(() => clipBoxes([1, 2, 3], [1, 1])).toThrow(VisionError);
  });
});
