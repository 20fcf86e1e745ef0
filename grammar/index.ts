// TEXT -> TREE. Imports nothing of ours; everything else may import this.
export type * from "./tree.ts";
export { diagnose, type Details, type Diagnostic, type Expansion, type Label, type MessageRow, type Severity, type Slots } from "./diagnostic.ts";
export { join, lineText, positionAt, textOf, type Position, type Source, type Span } from "./span.ts";
export { syntaxMessages } from "./messages.ts";
export { parse } from "./parse.ts";
export { print } from "./print.ts";
export { nearest } from "./nearest.ts";
