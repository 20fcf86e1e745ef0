// How the pixels of a mask lie in memory.
import { refuse } from "../error.ts";
import { type ImageSize, pixelsOf } from "../image-size.ts";

/** Row after row, as images lie, or column after column, as pycocotools' arrays do (Fortran's order). */
export type PixelOrder = "rows" | "columns";

/** Refuses a mask that is not as large as its image. */
export function checkPixels(mask: Uint8Array, size: ImageSize): void {
  const pixels = pixelsOf(size);
  if (mask.length !== pixels)
    refuse(`a mask of ${size.height} x ${size.width} = ${pixels} pixels cannot have ${mask.length}`);
}
