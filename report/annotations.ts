// What a model says about its pictures and masks, for people.
import type { Summary } from "../compiler/index.ts";

type Annotation = Summary["annotations"][number];

/** As the compiler writes it; see `@image` and `@masks` in docs/language.md. */
interface ImageSettings {
  readonly input: string;
  readonly resize: string;
  readonly size?: readonly [number, number];
  readonly kernel: string;
  readonly pad: string;
  readonly before: string;
  readonly order: string;
  readonly range: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** `annotations` as one document: { image: { … }, masks: { … } }. */
export const annotationsDocument = (annotations: readonly Annotation[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(annotations.map(({ annotation, text }) => [annotation, JSON.parse(text) as unknown]));

export const annotationRows = (annotations: readonly Annotation[]): readonly (readonly [string, string])[] =>
  annotations.map(({ annotation, text }) => [
    annotation === "image" ? "reads" : annotation,
    annotation === "image" ? imageText(JSON.parse(text) as ImageSettings) : masksText(text),
  ]);

/** `image: fit 512 x 512 (asymmetric), padded bottom_right, then normalized; bgr, 0 to 255, less […] by […]`. */
function imageText({ input, resize, size, kernel, pad, before, order, range, mean, std }: ImageSettings): string {
  const sized = size ? `${resize} ${size.join(" x ")} (${kernel})` : "any size";
  const padded = `padded ${pad}`;
  const steps =
    pad === "none" ? [] : before === "normalize" ? [padded, "then normalized"] : ["normalized", `then ${padded}`];
  return `${input}: ${[sized, ...steps].join(", ")}; ${order}, 0 to ${range}, less [${mean.join(", ")}] by [${std.join(", ")}]`;
}

function masksText(text: string): string {
  const { boxes, values, paste } = JSON.parse(text) as Readonly<Record<string, string>>;
  return `${values}, pasted by ${paste}; boxes ${boxes}`;
}
