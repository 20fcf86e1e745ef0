// A diagnostic is a row of a table; reporting it is one typed call. The slots of a message are read
// from its text by a template-literal type, so a forgotten slot is a type error and not "undefined".
import type { Span } from "./span.ts";

export type Severity = "error" | "warning" | "hint";

export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** One step of the expansion that led to a diagnostic, outermost first: `HG[100]  (deepmac.dm:40)`. */
export interface Expansion {
  readonly text: string;
  readonly span: Span;
}

export interface Diagnostic {
  /** `DM4101`; never reused. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The primary place. */
  readonly span: Span;
  readonly labels: readonly Label[];
  readonly notes: readonly string[];
  readonly help: readonly string[];
  readonly chain: readonly Expansion[];
}

/** A row. `hint` becomes the first `help:` line; `docs` is the page that `deepmacc explain CODE` prints. */
export interface MessageRow {
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly docs: string;
}

/** The names between braces in a message: `"{a} and {b}"` has slots `a | b`. */
type SlotNames<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? Slot | SlotNames<Rest>
  : never;
export type Slots<Row extends MessageRow> = {
  readonly [Slot in SlotNames<Row["message"]> | (Row["hint"] extends string ? SlotNames<Row["hint"]> : never)]:
    | string
    | number;
};

export interface Details {
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  readonly help?: readonly string[];
  readonly chain?: readonly Expansion[];
}

function fill(text: string, slots: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, slot: string) => clipped(String(slots[slot] ?? whole)));
}

/** Characters of one value in a message; a string of a million would bury what is said about it. */
const longestSlot = 1000;
const clipped = (text: string): string => (text.length <= longestSlot ? text : `${text.slice(0, longestSlot)}…`);

/**
 * Makes a diagnostic from row `key` of `table`. Several rows may share a code: the key is the code,
 * or the code, a slash and a variant (`DM3101/operand`).
 */
export function diagnose<Table extends Readonly<Record<string, MessageRow>>, Key extends keyof Table & string>(
  table: Table,
  key: Key,
  span: Span,
  slots: Slots<Table[Key]>,
  details: Details = {},
): Diagnostic {
  const row: MessageRow = table[key] as MessageRow;
  return {
    code: key.split("/")[0] ?? key,
    severity: row.severity,
    message: fill(row.message, slots),
    span,
    labels: details.labels ?? [],
    notes: details.notes ?? [],
    help: [...(row.hint === undefined ? [] : [fill(row.hint, slots)]), ...(details.help ?? [])],
    chain: details.chain ?? [],
  };
}
