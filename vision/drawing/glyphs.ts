// Letters as strokes, so that labels need no font of the machine. Points are two digits, column 0 to 4 and row 0 to 6;
// strokes are set apart by `|`. `~` rounds the corners of a stroke, `o` closes it as well.

const capitals: Readonly<Record<string, string>> = {
  "0": "o 00 40 46 06",
  "1": "11 20 26|16 36",
  "2": "~ 01 00 40 43 06|06 46",
  "3": "~ 01 00 40 43 23|~ 23 43 46 06 05",
  "4": "36 30 04 44",
  "5": "40 00 03|~ 03 43 46 06 05",
  "6": "~ 40 00 03 04|o 03 43 46 06",
  "7": "00 40 16",
  "8": "o 00 40 43 03|o 03 43 46 06",
  "9": "o 00 40 43 03|~ 42 43 46 06",
  A: "06 20 46|14 34",
  B: "00 06|~ 00 40 43 03|~ 03 43 46 06",
  C: "~ 41 40 00 06 46 45",
  D: "00 06|~ 00 40 46 06",
  E: "40 00 06 46|03 33",
  F: "40 00 06|03 33",
  G: "~ 41 40 00 06 46 43|43 23",
  H: "00 06|40 46|03 43",
  I: "20 26|10 30|16 36",
  J: "40 44|~ 44 46 06 04",
  K: "00 06|40 03 46",
  L: "00 06 46",
  M: "06 00 23 40 46",
  N: "06 00 46 40",
  O: "o 00 40 46 06",
  P: "06 00|~ 00 40 43 03",
  Q: "o 00 40 46 06|34 46",
  R: "06 00|~ 00 40 43 03|23 46",
  S: "~ 41 40 00 03 43 46 06 05",
  T: "00 40|20 26",
  U: "00 03|~ 03 06 46 43|43 40",
  V: "00 26 40",
  W: "00 16 22 36 40",
  X: "00 46|40 06",
  Y: "00 23 40|23 26",
  Z: "00 40 06 46",
  ".": "26 26",
  ",": "25 16",
  ":": "22 22|25 25",
  "-": "13 33",
  _: "06 46",
  "+": "13 33|22 24",
  "=": "12 32|14 34",
  "/": "06 40",
  "%": "06 40|01 01|45 45",
  "#": "10 16|30 36|02 42|04 44",
  "(": "~ 30 10 16 36",
  ")": "~ 10 30 36 16",
  "'": "20 21",
  "?": "~ 01 00 40 43 23|23 24|26 26",
  " ": "",
};

/** Columns and rows of a letter, and the space to the next one. */
export const letter = { width: 4, height: 6, advance: 6 } as const;

export type Point = readonly [x: number, y: number];
/** Points that are joined by lines. */
export type Stroke = readonly Point[];

/** The strokes of a text in capitals, from (0, 0) on, in units of the grid; what is not known is `?`. */
export function strokesOf(text: string): readonly Stroke[] {
  return letters(text).flatMap((character, place) =>
    glyphOf(character).map((stroke) => stroke.map(([x, y]): Point => [x + place * letter.advance, y])),
  );
}

/** Of the grid. */
export const textWidth = (text: string): number => Math.max(letters(text).length * letter.advance - 2, 0);

/** Without marks: é is E. */
const letters = (text: string): readonly string[] => [...text.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase()];

const known = new Map<string, readonly Stroke[]>();

function glyphOf(character: string): readonly Stroke[] {
  const name = Object.hasOwn(capitals, character) ? character : "?";
  const strokes = known.get(name) ?? (capitals[name] ?? "").split("|").filter(Boolean).map(strokeOf);
  known.set(name, strokes);
  return strokes;
}

function strokeOf(text: string): Stroke {
  const kind = /^[~o]/.exec(text)?.[0];
  const points = [...text.matchAll(/\d\d/g)].map(([digits]): Point => [Number(digits[0]), Number(digits[1])]);
  if (kind === undefined) return points;
  const [first] = points;
  const open = kind === "o" && first ? [...points, first] : points;
  return rounded(rounded(open, kind === "o"), kind === "o");
}

/** Cuts the corners off (Chaikin); an open stroke keeps its ends. */
function rounded(points: Stroke, isClosed: boolean): Stroke {
  const cut = points.slice(1).flatMap(([x, y], i): readonly Point[] => {
    const [a, b] = points[i] ?? [x, y];
    return [
      [0.75 * a + 0.25 * x, 0.75 * b + 0.25 * y],
      [0.25 * a + 0.75 * x, 0.25 * b + 0.75 * y],
    ];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (isClosed) return cut[0] ? [...cut, cut[0]] : cut;
  return first && last ? [first, ...cut, last] : cut;
}
