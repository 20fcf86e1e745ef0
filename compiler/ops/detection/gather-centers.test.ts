// Held against the released code, which finds the cell of a centre in single precision.
import { describe, expect, it } from "vitest";
import { fixture } from "../../../tests/vision-fixtures.ts";
import { array, evaluate } from "../testing.ts";
import { gather_centers } from "./gather-centers.ts";

const file = fixture("deepmac_head_input.safetensors");

/** A map whose cells hold their own number. */
function numbered(height: number, width: number) {
  return array([1, height, width, 1], [...new Array(height * width).keys()]);
}

const names = Object.keys(file.cases);

describe("the cells that the released code reads", () => {
  it.each(names.filter((name) => name.startsWith("centers")))("%s", (name) => {
    const [height = 0, width = 0] = file.tensor(`${name}/map_size`).data;
    const { dims, data } = file.tensor(`${name}/boxes`);
    const { data: centers } = file.tensor(`${name}/centers`);
    const [made] = evaluate(gather_centers, [numbered(height, width), array([1, ...dims], data)]);
    const cells = Array.from(made?.data ?? [], (cell) => [Math.floor(cell / width), cell % width]);
    expect(cells.flat()).toEqual(centers);
  });

  it.each(names.filter((name) => name.startsWith("head_input")))("%s", (name) => {
    const roles = ["head_input/instance_embedding", `${name}/boxes`, `${name}/instance_vectors`];
    const [map, boxes, vectors] = roles.map((role) => {
      const { dims, data } = file.tensor(role);
      return array([1, ...dims], data);
    });
    const [made] = evaluate(gather_centers, [map!, boxes!]);
    expect(made).toEqual(vectors);
  });
});

it("reads zeros where the centre is outside", () => {
  const boxes = [-0.2, 0, 0, 0.2, -1.2, 0, 0, 0.2, 0.9, 0.9, 1.2, 1.2, 1e30, 0, 1e30, 0.2, 0, Number.NaN, 1, 1];
  const [made] = evaluate(gather_centers, [array([1, 2, 2, 1], [1, 2, 3, 4]), array([1, 5, 4], boxes)]);
  expect([...(made?.data ?? [])]).toEqual([1, 0, 0, 0, 0]);
});
