// A picture as a network reads it.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";
import { type ImageInput, type Placement, placementOf } from "./image-input.ts";
import { type Pixels, resizePixels } from "./resize.ts";

const { fround } = Math;

/** The numbers of an input [height, width, 3], and where the image lies in them. */
export interface Prepared extends Placement {
  readonly values: Float32Array;
}

/**
 * A picture as `reading` says: resized, padded and normalised, in single precision. `seen` is the size of the picture
 * where `picture` is a smaller copy of it: what it becomes depends on the one, its numbers come from the other.
 *
 * Refuses what is no picture. Sources: research/object_detection/core/preprocessor.py and
 * official/vision/beta/ops/preprocess_ops.py, whose values it has to 1e-3 of a grey level.
 */
export function prepareImage(picture: Pixels, reading: ImageInput, seen: ImageSize = picture): Prepared {
  const { height, width, pixels } = picture;
  if (pixels.length !== 3 * pixelsOf(picture))
    refuse(`a picture of ${height} x ${width} x 3 values cannot have ${pixels.length}`);
  pixelsOf(seen);
  const placement = placementOf(reading, seen);
  const resized = resizePixels(picture, placement.image, reading.kernel);
  return { ...placement, values: normalized(resized, placement, reading) };
}

/** The image at its place, channels in the order of the network; around it what becomes of 0. */
function normalized(image: Float32Array, { input, image: size }: Placement, reading: ImageInput): Float32Array {
  const values = new Float32Array(3 * pixelsOf(input));
  for (let channel = 0; channel < 3; channel++) {
    const from = reading.order === "bgr" ? 2 - channel : channel;
    const scale = reading.range / 255;
    const mean = fround(reading.mean[channel] ?? 0);
    const std = fround(reading.std[channel] ?? 1);
    const value = (pixel: number): number => fround(fround(fround(pixel * scale) - mean) / std);
    if (reading.before === "normalize") for (let at = channel; at < values.length; at += 3) values[at] = value(0);
    for (let row = 0; row < size.height; row++) {
      let at = 3 * row * input.width + channel;
      const start = 3 * row * size.width;
      for (let place = start + from; place < start + 3 * size.width; place += 3, at += 3)
        values[at] = value(image[place]!);
    }
  }
  return values;
}
