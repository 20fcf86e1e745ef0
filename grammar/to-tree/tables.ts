// Rows of a table. To the grammar line breaks mean nothing, so a row without its last `|` runs on into
// the next one and blames it. When a row is too long, the line breaks tell where it should have ended.
import type { CstNode, IToken } from "chevrotain";
import type { Span } from "../span.ts";
import type { Expression, Table } from "../tree.ts";
import { type Builder, nodes, report, spanOf, tokenSpan, tokens } from "./builder.ts";
import { expression } from "./operators.ts";

type Row = Table["rows"][number];

export function rows(b: Builder, csts: readonly CstNode[], columns: number): Row[] {
  return csts.flatMap((cst) => {
    const cells = nodes(cst, "expression").map((cell) => expression(b, cell, 0));
    const whole = { cells, span: spanOf(b, cst) };
    return cells.length <= columns ? [whole] : split(b, whole, tokens(cst, "Bar"), columns);
  });
}

function breaksLine(b: Builder, from: number, to: number): boolean {
  return /[\r\n]/.test(b.source.text.slice(from, to));
}

function split(b: Builder, row: Row, bars: readonly IToken[], columns: number): Row[] {
  const result: Row[] = [];
  let cells: Expression[] = [];
  row.cells.forEach((cell, index) => {
    const bar = bars[index];
    const before = row.cells[index - 1];
    const place =
      bar && before && cells.length > 0 && cells.length <= columns ? breakAt(b, before, bar, cell) : undefined;
    if (place) {
      report(b, place.code, place.span, {});
      result.push(rowOf(cells));
      cells = [];
    }
    cells.push(cell);
  });
  // No line break explains the length: the checker will say how many cells there are.
  return result.length === 0 ? [row] : [...result, rowOf(cells)];
}

function breakAt(
  b: Builder,
  before: Expression,
  bar: IToken,
  cell: Expression,
): { code: "DM1108" | "DM1108/start"; span: Span } | undefined {
  const { start, end } = tokenSpan(b, bar);
  if (breaksLine(b, before.span.end, start)) return { code: "DM1108", span: before.span };
  if (breaksLine(b, end, cell.span.start)) return { code: "DM1108/start", span: cell.span };
  return undefined;
}

function rowOf(cells: readonly Expression[]): Row {
  const [first] = cells;
  const last = cells.at(-1);
  if (!first || !last) throw new Error("a row has at least one cell");
  return { cells, span: { ...first.span, end: last.span.end } };
}
