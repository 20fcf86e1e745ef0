// How wide text is on a terminal, and how to show one line of a file in a limited width. Carets under a
// line must stand under the right letters even with tabs, wide letters and lines of a thousand columns.
import { isUnseen, unseenMark } from "./characters.ts";

const tabWidth = 4;
/** A line longer than this is cut around the place that a message is about. */
const widest = 120;

/** One shown character and where it came from. */
interface Cell {
  readonly text: string;
  readonly width: number;
  /** Offset in the line, in UTF-16 units. */
  readonly offset: number;
}

interface ShownLine {
  readonly text: string;
  /** First column under the place, from 0, and how many columns it covers (at least one). */
  readonly start: number;
  readonly width: number;
}

/** Shows `line` with the place from `from` to `to` (offsets in the line) in view. */
export function showLine(line: string, from: number, to: number): ShownLine {
  const cells = cellsOf(line, to);
  const { shown, cutLeft, cutRight } = clip(cells, from, to);
  const left = cutLeft ? "… " : "";
  const before = widthOf(shown.filter((cell) => cell.offset < from)) + left.length;
  const under = widthOf(shown.filter((cell) => cell.offset >= from && cell.offset < to));
  const text = `${left}${shown.map((cell) => cell.text).join("")}${cutRight ? " …" : ""}`;
  return { text: text.trimEnd(), start: before, width: Math.max(1, under) };
}

const widthOf = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0);

/** Text far behind the place is never shown, so a line of a megabyte costs no more than its beginning. */
function cellsOf(line: string, to: number): Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const character of line.slice(0, to + 2 * widest)) {
    const cell = cellOf(character, offset, column);
    cells.push(cell);
    offset += character.length;
    column += cell.width;
  }
  return cells;
}

function cellOf(character: string, offset: number, column: number): Cell {
  if (character === "\t") {
    const width = tabWidth - (column % tabWidth);
    return { text: " ".repeat(width), width, offset };
  }
  const text = isUnseen(character) ? unseenMark : character;
  return { text, width: characterWidth(text.codePointAt(0) ?? 0), offset };
}

const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(code: number): number {
  if (code >= 0x300 && code <= 0x36f) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

function clip(
  cells: readonly Cell[],
  from: number,
  to: number,
): { shown: readonly Cell[]; cutLeft: boolean; cutRight: boolean } {
  if (widthOf(cells) <= widest) return { shown: cells, cutLeft: false, cutRight: false };
  const place = cells.findIndex((cell) => cell.offset >= from);
  const middle = place < 0 ? cells.length : place;
  const first = middle < widest - 20 ? 0 : middle - Math.min(widest - 20, Math.max(20, widest - (to - from)));
  const shown = cells.slice(first, first + widest);
  return { shown, cutLeft: first > 0, cutRight: first + shown.length < cells.length };
}
