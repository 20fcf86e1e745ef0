// Images from bytes and back, by the library `sharp`, which is installed by whoever works with images.

import type { ImageSize } from "../../vision/index.ts";
import { firstLine } from "../session.ts";
import { formatOf, formats } from "./format.ts";
import { type ImageFailure, isImageFailure, mostPixels, type Picture, reductionOf } from "./picture.ts";

type Sharp = typeof import("sharp").default;

async function loadSharp(): Promise<Sharp | ImageFailure> {
  try {
    return (await import("sharp")).default;
  } catch (problem) {
    const message = `reading images needs sharp: npm install sharp (${firstLine(problem)})`;
    return { failure: "decoder-missing", message };
  }
}

const invalid = (message: string): ImageFailure => ({ failure: "image-invalid", message });

/**
 * JPEG, PNG, WebP, AVIF and the first frame of a GIF, as it is looked at: EXIF orientation applied, grey, 16 bits and CMYK
 * made 8 bits of R, G and B, transparency on white. A profile of colours is followed for CMYK alone, since networks are
 * trained on the numbers as they stand. `need`: what the network reads of it; a very large picture is read smaller, see `Picture.seen`.
 */
export async function readPicture(bytes: Uint8Array, need?: ImageSize): Promise<Picture | ImageFailure> {
  const format = formatOf(bytes);
  if (typeof format !== "string")
    return invalid(`is ${format.other}; images are ${formats.slice(0, -1).join(", ")} and ${formats.at(-1)}`);
  const sharp = await loadSharp();
  if (isImageFailure(sharp)) return sharp;
  try {
    return await decoded(sharp, bytes, need);
  } catch (problem) {
    return invalid(`cannot be read as ${format}: ${reasonIn(problem)}`);
  }
}

async function decoded(sharp: Sharp, bytes: Uint8Array, need: ImageSize | undefined): Promise<Picture | ImageFailure> {
  const usual = { limitInputPixels: mostPixels, failOn: "error", sequentialRead: true } as const;
  const { autoOrient: seen, space } = await sharp(bytes, { ...usual, limitInputPixels: false }).metadata();
  const size = { height: seen.height, width: seen.width };
  if (size.height * size.width > mostPixels)
    return {
      failure: "image-too-large",
      message: `is ${size.width} x ${size.height} pixels: more than the ${mostPixels / 2 ** 20} million that are read`,
    };
  const by = reductionOf(size, need);
  const [width, height] = [size.width, size.height].map((side) => Math.max(Math.round(side / by), 1));
  const whole = sharp(bytes, { ...usual, ignoreIcc: space !== "cmyk" }).autoOrient();
  const { data, info } = await (by === 1
    ? whole
    : whole.resize({ width: width ?? 1, height: height ?? 1, fit: "fill" })
  )
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { height: info.height, width: info.width, pixels, seen: size };
}

/** Of a library: what is said first, without the name of what says it. */
const reasonIn = (problem: unknown): string =>
  firstLine(problem)
    .replace(/^Input (buffer|file) /, "the file ")
    .replace(/[:\s]+$/, "");

/** A PNG of `channels` values of 8 or 16 bits a pixel, or a drawing on top of it. */
export interface PngSource extends ImageSize {
  readonly pixels: Uint8Array | Uint16Array;
  readonly channels: 1 | 3;
  /** An SVG of the same size. */
  readonly drawing?: string;
}

export async function writePng({
  height,
  width,
  pixels,
  channels,
  drawing,
}: PngSource): Promise<Uint8Array | ImageFailure> {
  const sharp = await loadSharp();
  if (isImageFailure(sharp)) return sharp;
  const image = sharp(pixels, { raw: { width, height, channels } });
  const drawn = drawing === undefined ? image : image.composite([{ input: Buffer.from(drawing) }]);
  const coloured = channels === 1 ? drawn.toColourspace(pixels instanceof Uint16Array ? "grey16" : "b-w") : drawn;
  return coloured.png({ compressionLevel: 6 }).toBuffer();
}
