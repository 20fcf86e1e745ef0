// Colours that are easily told apart, beside each other and on a photograph.

export type Colour = readonly [red: number, green: number, blue: number];

const palette = "e6194b 3cb4f0 ffb000 23b26b a55cf0 ff6f3c 12d6c4 f44fc0 9acd32 4a6cf7 ffe135 c97b4a";
const chosen = palette
  .split(" ")
  .map((hex): Colour => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour);

/** The colour of instance `index`, counted from 0: chosen ones first, then hues that keep away from each other. */
export function colourOf(index: number): Colour {
  return chosen[index] ?? hue((index * 137.508) % 360, index % 2 === 0 ? 0.55 : 0.7);
}

/** Full of colour, of a lightness from 0 to 1. */
function hue(degrees: number, lightness: number): Colour {
  const reach = Math.min(lightness, 1 - lightness);
  const channel = (shift: number): number => {
    const at = (shift + degrees / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Black or white, whichever is read better on it. */
export const inkOn = ([red, green, blue]: Colour): Colour =>
  0.299 * red + 0.587 * green + 0.114 * blue > 150 ? [20, 20, 20] : [255, 255, 255];
