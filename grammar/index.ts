// TEXT -> TREE. Imports nothing of ours; everything else may import this.

export {
  type Details,
  type Diagnostic,
  diagnose,
  type Expansion,
  type Label,
  type MessageRow,
  type Severity,
  type Slots,
} from "./diagnostic.ts";
export { syntaxMessages } from "./messages.ts";
export { nearest } from "./nearest.ts";
export { parse } from "./parse.ts";
export { print } from "./print.ts";
export { join, lineText, type Position, positionAt, type Source, type Span, textOf } from "./span.ts";
export type * from "./tree.ts";
