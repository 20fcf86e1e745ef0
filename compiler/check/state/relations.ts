// How an author can say which sizes belong together, where an equation over several free sizes asks for it.
import { type Dim, formatDim, substituteDim, subtractDims, variable, variablesOf } from "../../sizes/dim/dim.ts";
import type { Relation } from "../../sizes/solve/solve.ts";

/** "say it with `where H == W`", or what else settles the equation. */
export function relationHelp(left: Dim, relation: Relation, right: Dim, [a = "", b = ""]: readonly string[]): string {
  if (relation === "==" && settles(left, right, a, b)) return `say it with \`where\` (for example \`${a} == ${b}\`)`;
  const given = relation === "==" ? (givenBy(left, right) ?? givenBy(right, left)) : undefined;
  if (given) return `declare the input with \`${sizeText(given.by)}\` in place of ${given.name}`;
  return `fix one of the sizes, for example \`at (${a} = 32)\``;
}

/** The two names as one make the equation true for every size. */
function settles(left: Dim, right: Dim, a: string, b: string): boolean {
  return substituteDim(subtractDims(left, right), new Map([[b, variable(a)]])) === 0;
}

/** A size that is the other side of the equation. */
function givenBy(side: Dim, other: Dim): { readonly name: string; readonly by: Dim } | undefined {
  const [name, ...more] = variablesOf(side);
  if (name === undefined || more.length > 0 || formatDim(side) !== name || variablesOf(other).has(name))
    return undefined;
  return { name, by: other };
}

/** A size as the language writes it. */
function sizeText(dim: Dim): string {
  let text = formatDim(dim).replaceAll("·", " * ");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text
      .replace(/⌊([^⌊⌋⌈⌉]+)\/(\d+)⌋/, (whole, over: string, by: string) => within(text, whole, `${over} // ${by}`))
      .replace(/⌈\(?([^⌊⌋⌈⌉()]+)\)?\/(\d+)⌉/, "cdiv($1, $2)");
  }
  return text;
}

const within = (text: string, part: string, written: string): string => (text === part ? written : `(${written})`);
