// What is written for each picture, and what for all of them.
import { basename, extname, join } from "node:path";
import {
  type Instance,
  isImageFailure,
  maskAt,
  type Picture,
  type PngSource,
  type Segmentation,
  type System,
  writePng,
} from "../../runtime/index.ts";
import { decodeMask, drawOverlay, maskArea } from "../../vision/index.ts";
import { exits, Failure } from "../exit.ts";
import { writeWhole } from "../output/index.ts";

export const maskForms = ["each", "map", "none"] as const;
/** `each`: one PNG a mask; `map`: one PNG whose pixels are the numbers of the masks. */
export type MaskForm = (typeof maskForms)[number];

/** The name of a picture without its suffix; a second one of the same name becomes `photo-2`. */
export function stemsOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    paths.map((path) => {
      const stem = basename(path, extname(path));
      let free = stem;
      for (let i = 2; taken.has(free); i++) free = `${stem}-${i}`;
      taken.add(free);
      return [path, free];
    }),
  );
}

/** What follows the name of a picture in the names of its files. */
const kinds = [/\.mask\.png$/, /\.\d+\.mask\.png$/, /\.labels\.png$/, /\.overlay\.png$/] as const;

/** Whether a file of this name may be made of one of the pictures. */
export function isMadeOf(stems: ReadonlySet<string>, name: string): boolean {
  return kinds.some((kind) => kind.test(name) && stems.has(name.replace(kind, "")));
}

export interface Placed {
  readonly folder: string;
  readonly stem: string;
}

/** Answers the names of what was written. */
export async function writeMasks(
  { folder, stem }: Placed,
  { size, instances }: Segmentation,
  form: MaskForm,
): Promise<readonly string[]> {
  if (form === "none" || instances.length === 0) return [];
  if (form === "map") {
    const name = `${stem}.labels.png`;
    await write(join(folder, name), { ...size, pixels: labelMap({ size, instances }), channels: 1 });
    return [name];
  }
  const names = instances.map((_, i) => (instances.length === 1 ? `${stem}.mask.png` : `${stem}.${i + 1}.mask.png`));
  for (const [i, { mask }] of instances.entries()) {
    const pixels = decodeMask(mask).map((value) => 255 * value);
    await write(join(folder, names[i] ?? ""), { ...size, pixels, channels: 1 });
  }
  return names;
}

/** 0 where nothing is, else the number of the mask, counted from 1; small masks lie above large ones. */
function labelMap({ size, instances }: Segmentation): Uint8Array | Uint16Array {
  const pixels =
    instances.length < 256 ? new Uint8Array(size.height * size.width) : new Uint16Array(size.height * size.width);
  const order = instances.map(({ mask }, i) => ({ mask, label: i + 1, area: maskArea(mask) }));
  for (const { mask, label } of order.sort((a, b) => b.area - a.area)) {
    const inside = decodeMask(mask);
    for (let pixel = 0; pixel < inside.length; pixel++) if (inside[pixel] === 1) pixels[pixel] = label;
  }
  return pixels;
}

/** The picture with its masks, at the size that it was read at. */
export async function writeOverlay(
  { folder, stem }: Placed,
  picture: Picture,
  { instances, size }: Segmentation,
  system: System,
  labelOf: (instance: Instance, index: number) => string,
): Promise<string> {
  const { height, width } = picture;
  const scale = { x: width / size.width, y: height / size.height };
  const drawn = instances.map((instance, i) => {
    const [x0, y0, x1, y1] = instance.box;
    return {
      mask: width === size.width ? instance.mask : maskAt(system, instance, size, picture),
      box: [x0 * scale.x, y0 * scale.y, x1 * scale.x, y1 * scale.y] as const,
      label: labelOf(instance, i),
    };
  });
  const name = `${stem}.overlay.png`;
  await write(join(folder, name), { height, width, pixels: drawOverlay(picture, drawn), channels: 3 });
  return name;
}

async function write(path: string, source: PngSource): Promise<void> {
  const bytes = await writePng(source);
  if (isImageFailure(bytes)) throw new Failure(exits.unsupported, bytes.message);
  await writeWhole(path, [bytes]);
}
