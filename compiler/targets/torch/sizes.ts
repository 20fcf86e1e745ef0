// Sizes and size rules as Python.
import {
  type Atom,
  type Dim,
  isSymbolic,
  type Origin,
  type SymbolicDim,
  type Term,
  variablesOf,
} from "../../ir/dim.ts";
import { clausesOf, type SizeSet } from "../../ir/size-set.ts";
import type { Condition } from "../../ir/size-set-clauses.ts";

/** A size as an expression of whole numbers; `name` writes a free size. */
export function sizeText(dim: Dim, name: (variable: string) => string): string {
  if (!isSymbolic(dim)) return String(dim);
  const parts = dim.terms.map((term) => termText(term, name));
  return parts.reduce((sum, part) => (part.startsWith("-") ? `${sum} - ${part.slice(1)}` : `${sum} + ${part}`));
}

function termText({ coefficient, factors }: Term, name: (variable: string) => string): string {
  const atoms = factors.flatMap(({ atom, power }) => new Array<string>(power).fill(atomText(atom, name)));
  if (atoms.length === 0) return String(coefficient);
  const sign = coefficient < 0 ? "-" : "";
  const size = Math.abs(coefficient);
  return sign + [...(size === 1 ? [] : [String(size)]), ...atoms].join(" * ");
}

function atomText(atom: Atom, name: (variable: string) => string): string {
  if (atom.kind === "variable") return name(atom.name);
  const inside = sizeText(atom.of, name);
  return `(${/^[\w⟨⟩]+$/.test(inside) ? inside : `(${inside})`} // ${atom.by})`;
}

/** `a·v + b`: how an axis shows a free size; undefined for what shows none by itself. */
export function lineOf(
  dim: SymbolicDim,
): { readonly name: string; readonly slope: number; readonly offset: number } | undefined {
  const [name, other] = variablesOf(dim);
  if (name === undefined || other !== undefined) return undefined;
  let [slope, offset] = [0, 0];
  for (const { coefficient, factors } of dim.terms) {
    const [factor, more] = factors;
    if (!factor) offset += coefficient;
    else if (more || factor.power !== 1 || factor.atom.kind !== "variable") return undefined;
    else slope += coefficient;
  }
  return slope === 0 ? undefined : { name, slope, offset };
}

/** What makes `v` a size that does not work: Python conditions, any of which is enough to refuse it. */
export function refusals(sizes: SizeSet, v: string): readonly string[] {
  const [only, ...others] = clausesOf(sizes);
  if (!only) return ["True"];
  if (others.length === 0) return only.map((condition) => conditionText(condition, v, true));
  const clauses = [only, ...others].map((clause) => clause.map((condition) => conditionText(condition, v, false)));
  return [`not (${clauses.map((parts) => (parts.length > 1 ? `(${parts.join(" and ")})` : parts[0])).join(" or ")})`];
}

function conditionText(condition: Condition, v: string, refused: boolean): string {
  switch (condition.kind) {
    case "residues":
      return membership(`${v} % ${condition.modulus}`, condition.residues, condition.negated !== refused);
    case "sizes":
      return membership(v, condition.members, condition.negated !== refused);
    case "at least":
      return `${v} ${refused ? "<" : ">="} ${condition.n}`;
    case "at most":
      return `${v} ${refused ? ">" : "<="} ${condition.n}`;
  }
}

function membership(subject: string, values: readonly number[], negated: boolean): string {
  if (values.length === 1) return `${subject} ${negated ? "!=" : "=="} ${values[0]}`;
  return `${subject} ${negated ? "not in" : "in"} (${values.join(", ")})`;
}

/** The user's size behind a substituted one: `s // 32` for S = 32·s. */
export function originText(origin: Origin, name: string): string {
  const shifted =
    origin.residue === 0 ? name : `(${name} ${origin.residue < 0 ? "+" : "-"} ${Math.abs(origin.residue)})`;
  return `${shifted} // ${origin.modulus}`;
}
