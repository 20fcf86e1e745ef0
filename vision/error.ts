// The one way in which this room says no.

/**
 * What was handed in cannot be a mask, a box, a polygon or an image size. Every function of this room that refuses its
 * input throws this and nothing else; the message is a sentence without a full stop that names the value.
 */
export class VisionError extends RangeError {
  override readonly name = "VisionError";
}

/** A value in a message: a number as it is, anything else by its kind, since it may be of any size and hide anything. */
export const shown = (value: unknown): string =>
  typeof value === "number" ? String(value) : `something of type ${typeof value}`;

export function refuse(sentence: string): never {
  throw new VisionError(sentence);
}
