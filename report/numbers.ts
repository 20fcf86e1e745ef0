// Numbers and lists for people: 23,454,593 and 93.9 MB. Expressions stay as they are.

export function grouped(value: number | string): string {
  // By hand: the first number that a locale formats loads its tables, a tenth of what a small command takes.
  return typeof value === "number" ? String(value).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",") : value;
}

const units = ["bytes", "kB", "MB", "GB", "TB"];

export function byteText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

export function secondText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** "1.8 G" of multiply-adds; small numbers in full. */
export function magnitude(value: number | string): string {
  if (typeof value !== "number" || value < 1e6) return grouped(value);
  const [factor, unit] = value < 1e9 ? [1e6, "M"] : value < 1e12 ? [1e9, "G"] : [1e12, "T"];
  return `${(value / factor).toPrecision(4)} ${unit}`;
}

/** A signal-to-noise ratio in decibels. Equal values have no noise, and zeros no signal. */
export function noiseText(decibels: number): string {
  if (Number.isFinite(decibels)) return `SQNR ${decibels.toFixed(1)} dB`;
  return decibels > 0 ? "no error at all" : "no signal to compare with";
}

/** "onnx, tfjs and torch" */
export const listOf = (words: readonly string[], joint = "and"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
