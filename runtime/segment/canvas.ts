// What a canvas holds, as a picture: what is transparent becomes white, as `readPicture` has it.
import { type ImageSize, type Pixels, VisionError } from "../../vision/index.ts";

/** `ImageData` of a page: [height, width, 4], red, green, blue and how opaque. */
export interface CanvasPixels extends ImageSize {
  readonly data: ArrayLike<number>;
}

export function pictureOf({ height, width, data }: CanvasPixels): Pixels {
  const count = height * width;
  if (data.length !== 4 * count)
    throw new VisionError(`a canvas of ${width} x ${height} cannot have ${data.length} values`);
  const pixels = new Uint8Array(3 * count);
  for (let pixel = 0; pixel < count; pixel++) {
    const opaque = (data[4 * pixel + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++)
      pixels[3 * pixel + channel] = Math.round(255 + ((data[4 * pixel + channel] ?? 0) - 255) * opaque);
  }
  return { height, width, pixels };
}
