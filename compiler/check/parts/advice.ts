// What to do about a part that lacks an input: the whole option or clause, ready to be pasted.
import { textOf } from "../../../grammar/index.ts";
import type { MissingValue } from "./missing.ts";
import type { Seam } from "./seam.ts";

/** `places`: those of the inputs that something reads. */
export function adviceOn(
  seam: Seam,
  places: ReadonlySet<string>,
  missing: readonly MissingValue[],
): { readonly notes: readonly string[]; readonly help: readonly string[] } {
  const notes = missing.flatMap(({ name, readers, sources }) => [
    `${readers.map((reader) => `\`${reader}\``).join(" and ")} needs ${name}`,
    ...(sources.length > 0 ? [`${name} is computed from ${sources.join(" and ")}`] : []),
  ]);
  const kept = (seam.inputs ?? []).filter(({ place }) => places.has(place.text));
  const behind = [
    ...kept.map(({ place, type }) => (type ? `${place.text}: ${textOf(type.span)}` : place.text)),
    ...namesOf(missing),
  ];
  if (!seam.isMadeUp) return { notes: unique(notes), help: [`give it to the part: \`on (${behind.join(", ")})\``] };
  if (kept.length > 0 || !seam.inputs) return { notes: unique(notes), help: [`give it: --from ${quoted(behind)}`] };
  const start = unique(missing.flatMap(({ name, sources }) => (sources.length > 0 ? sources : [name])));
  const given = seam.inputs.map(({ place }) => place.text).join(" and ");
  return {
    notes: [`${seam.name.text} does not depend on ${given}`, ...unique(notes)],
    help: [`begin before it: --from ${quoted(start)}`],
  };
}

export const namesOf = (missing: readonly MissingValue[]): readonly string[] => unique(missing.map(({ name }) => name));

/** A list has several tensors of one name. */
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** One word of a shell. */
function quoted(places: readonly string[]): string {
  const word = places.join(",");
  return /^[\w.,/]*$/.test(word) ? word : `'${word}'`;
}
