// Conditions on a size, and their two printed forms.
import { type Pattern, residuesOf } from "./pattern.ts";

export type Condition =
  | {
      readonly kind: "residues";
      readonly modulus: number;
      readonly residues: readonly number[];
      readonly negated: boolean;
    }
  | { readonly kind: "sizes"; readonly members: readonly number[]; readonly negated: boolean }
  | { readonly kind: "at least" | "at most"; readonly n: number };

/** All conditions hold. */
export type Clause = readonly Condition[];

/** At most one condition; none when the pattern is everywhere. */
export function residueConditions(pattern: Pattern): Condition[] {
  const residues = residuesOf(pattern);
  const { period } = pattern;
  if (residues.length === period) return [];
  const negated = period > 2 && period - residues.length < residues.length;
  if (!negated) return [{ kind: "residues", modulus: period, residues, negated }];
  const absent = residuesOf({ period, bits: pattern.bits.map((bit) => 1 - bit) });
  return [{ kind: "residues", modulus: period, residues: absent, negated }];
}

/** What a description is minimised by: its length, every number of a list counted. */
export const clausesLength = (clauses: readonly Clause[]): number => clausesText(clauses, "S", allListed).length;

export function clausesText(clauses: readonly Clause[], name: string, list: Lister = listed): string {
  const [only, ...others] = clauses;
  if (only === undefined) return `${name} in {}`;
  const parts = (clause: Clause) => clause.map((condition) => conditionText(condition, name, list));
  if (others.length === 0) return parts(only).join(", ");
  return `(${clauses.map((clause) => parts(clause).join(" and ")).join(" or ")})`;
}

type Lister = (values: readonly number[]) => readonly string[];

function conditionText(condition: Condition, name: string, list: Lister): string {
  switch (condition.kind) {
    case "residues":
      return membershipText(`${name} % ${condition.modulus}`, condition.residues, condition.negated, list);
    case "sizes":
      return membershipText(name, condition.members, condition.negated, list);
    case "at least":
      return `${name} >= ${condition.n}`;
    case "at most":
      return `${name} <= ${condition.n}`;
  }
}

function membershipText(subject: string, values: readonly number[], negated: boolean, list: Lister): string {
  if (values.length === 1) return `${subject} ${negated ? "!=" : "=="} ${values[0]}`;
  return `${subject} ${negated ? "not in" : "in"} {${list(values).join(", ")}}`;
}

const allListed: Lister = (values) => values.map(String);

/** Long lists show runs as "121 to 127", both ends included. */
function listed(values: readonly number[]): readonly string[] {
  if (values.length <= 32) return values.map(String);
  const texts: string[] = [];
  for (let i = 0; i < values.length; ) {
    let end = i;
    while (values[end + 1] === (values[end] ?? 0) + 1) end++;
    if (end - i < 2) end = i;
    texts.push(end === i ? `${values[i]}` : `${values[i]} to ${values[end]}`);
    i = end + 1;
  }
  return texts;
}

export function clausesInWords(clauses: readonly Clause[], name: string): string {
  if (clauses.length === 0) return `${name} is no size`;
  const sentence = (clause: Clause) => clause.map((condition) => conditionInWords(condition, name)).join(" and ");
  const text = clauses.map(sentence).join(", or ");
  return text === "" ? `${name} is any size` : text;
}

function conditionInWords(condition: Condition, name: string): string {
  switch (condition.kind) {
    case "residues":
      return `${name} mod ${condition.modulus} is ${enumerated(condition.residues, condition.negated)}`;
    case "sizes":
      return `${name} is ${enumerated(condition.members, condition.negated)}`;
    case "at least":
      return `${name} is at least ${condition.n}`;
    case "at most":
      return `${name} is at most ${condition.n}`;
  }
}

function enumerated(values: readonly number[], negated: boolean): string {
  const texts = listed(values);
  const last = texts.at(-1) ?? "";
  const list = texts.length > 1 ? `${texts.slice(0, -1).join(", ")} or ${last}` : last;
  return negated ? `not ${list}` : list;
}
