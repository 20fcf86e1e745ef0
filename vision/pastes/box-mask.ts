// What a mask head answers: probabilities over a box.
import { refuse, shown } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";

/** Values [height, width], row after row, over the whole of a box. */
export interface BoxMask extends ImageSize {
  readonly values: ArrayLike<number>;
}

/** Four numbers of a box. */
export type Box = readonly [number, number, number, number];

/** Refuses a mask that is not as large as it says, a box with a coordinate that is no finite number, and no image. */
export function checkPaste(mask: BoxMask, box: Box, image: ImageSize): void {
  const { height, width, values } = mask;
  if (values.length !== pixelsOf(mask))
    refuse(`a mask of ${height} x ${width} = ${height * width} values cannot have ${values.length}`);
  for (const coordinate of box)
    if (!Number.isFinite(coordinate)) refuse(`a box with a coordinate ${shown(coordinate)} is nowhere`);
  pixelsOf(image);
}
