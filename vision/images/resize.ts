// Pictures of three channels at another size, as the networks that read them were trained: bilinear in single precision,
// between the two nearest pixels however much smaller the picture gets.
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { between, type Samples, samplesAt } from "../pastes/bilinear.ts";
import type { ImageInput } from "./image-input.ts";

const { fround } = Math;

/** Values [height, width, 3], 0 to 255. */
export interface Pixels extends ImageSize {
  readonly pixels: Uint8Array | Uint8ClampedArray | Float32Array;
}

/** The channels of a picture at another size, [height, width, 3]; refuses a size that is none. */
export function resizePixels(
  { height, width, pixels }: Pixels,
  size: ImageSize,
  kernel: ImageInput["kernel"],
): Float32Array {
  const resized = new Float32Array(3 * pixelsOf(size));
  const down = samples(height, size.height, kernel);
  const across = samples(width, size.width, kernel);
  let at = 0;
  for (let row = 0; row < size.height; row++) {
    const upper = down.before[row]! * width;
    const lower = down.after[row]! * width;
    const part = down.parts[row]!;
    for (let column = 0; column < size.width; column++) {
      const left = across.before[column]!;
      const right = across.after[column]!;
      const along = across.parts[column]!;
      for (let channel = 0; channel < 3; channel++) {
        const above = between(pixels[3 * (upper + left) + channel]!, pixels[3 * (upper + right) + channel]!, along);
        const below = between(pixels[3 * (lower + left) + channel]!, pixels[3 * (lower + right) + channel]!, along);
        resized[at++] = between(above, below, part);
      }
    }
  }
  return resized;
}

/** Where the lines of the new picture read the `from` lines of the old one. */
function samples(from: number, to: number, kernel: ImageInput["kernel"]): Samples {
  const scale = fround(from / to);
  const places = new Float32Array(to).map((_, line) =>
    kernel === "asymmetric" ? fround(line * scale) : fround(fround(fround(line + 0.5) * scale) - 0.5),
  );
  // Before the middle of the first line and after that of the last, there is nothing to read between.
  return samplesAt(
    0,
    places.map((place) => Math.min(Math.max(place, 0), from - 1)),
    from,
  );
}
