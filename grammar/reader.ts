// What the parts of `parse` share: the tokens of one file, and running one rule of the grammar on a
// stretch of them.
import type { CstNode, IRecognitionException } from "chevrotain";
import type { Diagnostic } from "./diagnostic.ts";
import { parser } from "./parser.ts";
import type { Source } from "./span.ts";
import type { Builder } from "./to-tree/builder.ts";
import { Lower, type Token, Upper } from "./tokens.ts";

export interface Reader {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly builder: Builder;
  /** Offsets of what the scanner complained about, in order. */
  readonly lexical: readonly number[];
  readonly diagnostics: Diagnostic[];
  /** Names of the declarations that did not parse, or only in part, and every name in what was skipped. */
  readonly damaged: Set<string>;
  /** Of these, the declarations. */
  readonly partial: Set<string>;
  /** Keywords that were used as names; where they are used again is the same mistake. */
  readonly misnamed: Set<string>;
}

export type RuleName =
  | ("use" | "annotation" | "declaration" | "blockHead" | "modelHead" | "testHead" | "tableHead" | "row")
  | ("statement" | "testStatement" | "forHead");

export interface Outcome {
  readonly cst?: CstNode;
  readonly error?: IRecognitionException;
  /** The index of the first token that was not parsed. */
  readonly stop: number;
}

/** Remembers the names in a stretch that was not read: each may be one that is missed elsewhere. */
export function skip(reader: Reader, start: number, end: number): void {
  for (const { tokenType, image } of reader.tokens.slice(start, end))
    if (tokenType === Upper || tokenType === Lower) reader.damaged.add(image);
}

/** Runs `rule` on the tokens from `start` to `end`. Stopping early, with what was read in order, is no error. */
export function run(reader: Reader, rule: RuleName, start: number, end: number): Outcome {
  const engine = parser();
  engine.input = reader.tokens.slice(start, end);
  const cst = engine[rule]() as CstNode | undefined;
  const [error] = engine.errors;
  engine.input = [];
  if (error === undefined) return { ...(cst && { cst }), stop: end };
  const stop = (error.token as Token).index ?? end;
  return error.name === "NotAllInputParsedException" ? { ...(cst && { cst }), stop } : { error, stop };
}
