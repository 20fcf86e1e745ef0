// What the networks of a system are fed.
import { type ImageSize, type Pixels, type Prepared, prepareImage } from "../../vision/index.ts";
import type { Port } from "../manifest.ts";
import { type EngineFailure, isEngineFailure, runFailed, type TensorData, type Tensors } from "../session.ts";
import { toInput } from "./geometry.ts";
import type { Wanted } from "./soft-masks.ts";
import { isChannelsFirst, type System } from "./system.ts";
import type { ToldImage } from "./told.ts";

/** A picture on its way. */
export interface Fed {
  readonly system: System;
  /** The picture as it is seen. */
  readonly size: ImageSize;
  readonly prepared: Prepared;
}

/** What the network reads of a picture: bytes where its file normalises by itself. */
export function prepared(picture: Pixels, image: ToldImage, seen: ImageSize): Prepared {
  if (image.in_graph !== true) return prepareImage(picture, image, seen);
  const plain = { order: "rgb", range: 255, mean: [0, 0, 0], std: [1, 1, 1], before: "normalize" } as const;
  const whole = prepareImage(picture, { ...image, ...plain }, seen);
  const values = whole.values.map(Math.round);
  // Padding that shall be 0 behind the norm is the mean before it, to the nearest byte.
  if (image.before === "pad") fillAround(values, whole, greyOf(image));
  return { ...whole, values };
}

function greyOf({ mean, range, order }: ToldImage): readonly number[] {
  const grey = mean.map((value) => Math.round((value * 255) / range));
  return order === "bgr" ? grey.reverse() : grey;
}

function fillAround(values: Float32Array, { input, image }: Prepared, grey: readonly number[]): void {
  for (let row = 0; row < input.height; row++)
    for (let column = row < image.height ? image.width : 0; column < input.width; column++)
      values.set(grey, 3 * (row * input.width + column));
}

export function imageTensor({
  system: { image, features },
  prepared: { input, values },
}: Fed): TensorData | EngineFailure {
  const port = features.manifest.inputs.find(({ name }) => name === image.input);
  const dims =
    port && isChannelsFirst(features) ? [1, 3, input.height, input.width] : [1, input.height, input.width, 3];
  const other = port?.dims.findIndex((dim, axis) => typeof dim === "number" && dim !== dims[axis]) ?? -1;
  if (other >= 0) {
    const shape = `[${port?.dims.join(", ")}]`;
    return runFailed(`the model takes ${image.input} ${shape}, but by @image the picture becomes [${dims.join(", ")}]`);
  }
  return { dims, data: isChannelsFirst(features) ? planes(values) : values };
}

function planes(values: Float32Array): Float32Array {
  const pixels = values.length / 3;
  const result = new Float32Array(values.length);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < 3; channel++) result[channel * pixels + pixel] = values[3 * pixel + channel] ?? 0;
  return result;
}

/** Where the number of boxes is fixed, the last one stands for those that are missing. */
export function boxFeeds(fed: Fed, features: Tensors, part: readonly Wanted[], count: number): Tensors | EngineFailure {
  const { system, size, prepared } = fed;
  const port = system.boxes as Port;
  const data = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    const { box } = part[Math.min(i, part.length - 1)] as Wanted;
    data.set(toInput(box, size, prepared, system.meaning.boxes), 4 * i);
  }
  const boxes = { [port.name]: { dims: port.dims.length === 2 ? [count, 4] : [1, count, 4], data } };
  const names = system.masks.manifest.inputs.map(({ name }) => name);
  if (system.masks === system.features) {
    const image = imageTensor(fed);
    return isEngineFailure(image) ? image : { ...boxes, [system.image.input]: image };
  }
  const given = names.flatMap((name) => (features[name] ? [[name, features[name]] as const] : []));
  return { ...Object.fromEntries(given), ...boxes };
}
