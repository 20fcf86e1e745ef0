// The parser: the rules of `rules/`, one class on top of the other, analysed once all of them are there.
import { DeclarationRules } from "./rules/declarations.ts";

export type { Expectation } from "./rules/expressions.ts";

export class DmParser extends DeclarationRules {
  constructor(options: { readonly validate: boolean } = { validate: false }) {
    super(options);
    this.performSelfAnalysis();
  }
}

let shared: DmParser | undefined;

/** Built on first use and once, because its self-analysis is the largest part of start-up. */
export function parser(): DmParser {
  shared ??= new DmParser();
  return shared;
}
