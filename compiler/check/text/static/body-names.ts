// The names that the text of a body defines, each with its place; what they mean is not looked at.
import type { Span } from "../../../../grammar/index.ts";

/** Names of one body; `parent` is the body around it. */
export interface Names {
  readonly parent: Names | undefined;
  readonly defined: Map<string, Span>;
  /** All that the statements of the body define, also those that come later. */
  below?: ReadonlyMap<string, Span>;
}

export const within = (parent: Names | undefined): Names => ({ parent, defined: new Map() });

export function find(names: Names | undefined, name: string): Span | undefined {
  for (let here = names; here; here = here.parent) {
    const span = here.defined.get(name);
    if (span) return span;
  }
  return undefined;
}
