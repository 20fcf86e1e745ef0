// Held against multilevel_crop_and_resize of the released code, in single precision.
import { describe, expect, it } from "vitest";
import { fixture } from "../../../tests/vision-fixtures.ts";
import { distance } from "../../testing.ts";
import { array, evaluate } from "../testing.ts";
import { multilevel_crop } from "./multilevel-crop.ts";

interface Pyramid {
  readonly levels: readonly number[];
  readonly output_size: number;
}

const file = fixture<Pyramid>("multilevel_crop.safetensors");
const arrayOf = (name: string) => {
  const { dims, data } = file.tensor(name);
  return array(dims, data);
};

describe("the crops of the released code", () => {
  it.each(Object.keys(file.cases))("%s", (name) => {
    const { levels, output_size: size } = file.cases[name]!;
    const given = { size: [size, size], finest: levels[0]! };
    const inputs = [...levels.map((level) => arrayOf(`${name}/level_${level}`)), arrayOf(`${name}/boxes`)];
    const [made] = evaluate(multilevel_crop, inputs, { given });
    const crops = arrayOf(`${name}/crops`);
    expect(made?.dims).toEqual(crops.dims);
    expect(distance(made?.data ?? [], crops.data)).toBeLessThan(1e-5);
  });

  it.each(Object.keys(file.cases))("%s: which level a box reads", (name) => {
    const { levels } = file.cases[name]!;
    const boxes = arrayOf(`${name}/boxes`);
    const [batch = 0] = boxes.dims;
    const constant = (value: number) => array([batch, 1, 1, 1], new Array<number>(batch).fill(value));
    const given = { size: [1, 1], finest: levels[0]! };
    const [made] = evaluate(multilevel_crop, [...levels.map(constant), boxes], { given });
    // Above the map a line is continued, here between equal values.
    expect(Array.from(made?.data ?? [], Math.round)).toEqual(file.tensor(`${name}/box_levels`).data);
  });
});

// facts: a pyramid whose pixels hold 100 l + y + 0.1 x.
it("reads level 2 for a small box, level 6 for a whole image", () => {
  const inputs = [2, 3, 4, 5, 6].map((level) => {
    const size = 1024 / 2 ** level;
    const pixels = [...new Array(size * size).keys()];
    return array(
      [1, size, size, 1],
      pixels.map((i) => 100 * level + Math.floor(i / size) + 0.1 * (i % size)),
    );
  });
  const boxes = array([1, 2, 4], [16, 32, 80, 160, 0, 0, 1024, 1024]);
  const [made] = evaluate(multilevel_crop, [...inputs, boxes], { given: { size: [2, 2], finest: 2 } });
  [209.6, 211.2, 217.6, 219.2, 604.4, 605.2, 612.4, 613.2].forEach((value, i) =>
    expect(made?.data[i]).toBeCloseTo(value, 9),
  );
});
