// Arrays between the axes of the text and those of an interface.
import type { NDArray } from "../compiler/index.ts";

/** By the name of an input or output, or the path of a value; in logical axes. */
export type Arrays = ReadonlyMap<string, NDArray>;

export type Layout = "nchw" | "nhwc";

/** The array as the interface wants it: feature maps [.., H, W, C] become [.., C, H, W] with `nchw`. */
export function toInterface(array: NDArray, layout: Layout): NDArray {
  return layout === "nhwc" ? array : moved(array, [2, 0, 1]);
}

export function fromInterface(array: NDArray, layout: Layout): NDArray {
  return layout === "nhwc" ? array : moved(array, [1, 2, 0]);
}

/** Reorders the last three axes of what has a batch in front of them: new axis i is the old `order[i]`. */
function moved({ dims, data }: NDArray, order: readonly [number, number, number]): NDArray {
  if (dims.length < 4) return { dims, data };
  const last = dims.slice(-3);
  const steps = [(last[1] ?? 1) * (last[2] ?? 1), last[2] ?? 1, 1];
  const [a = 1, b = 1, c = 1] = order.map((axis) => last[axis]);
  const [stepA = 1, stepB = 1, stepC = 1] = order.map((axis) => steps[axis]);
  const out = new Float64Array(data.length);
  let at = 0;
  for (let start = 0; start < data.length; start += a * b * c) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) {
        for (let k = 0; k < c; k++) out[at++] = data[start + i * stepA + j * stepB + k * stepC] as number;
      }
    }
  }
  return { dims: [...dims.slice(0, -3), a, b, c], data: out };
}
