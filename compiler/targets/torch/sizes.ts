// Sizes and size rules as Python.

import { type Expression, literal, operation, tuple } from "../../ops/kit/python.ts";
import { type Atom, type Dim, isSymbolic, type SymbolicDim, type Term, variablesOf } from "../../sizes/dim/dim.ts";
import type { Condition } from "../../sizes/set/clauses.ts";
import { clausesOf } from "../../sizes/set/describe.ts";
import type { SizeSet } from "../../sizes/set/set.ts";

/** A size as an expression of whole numbers; `name` writes a free size. */
export function sizeOf<P>(dim: Dim, name: (variable: string) => Expression<P>): Expression<P> {
  if (!isSymbolic(dim)) return literal(dim);
  const [first = literal(0), ...others] = dim.terms.map((term, i) => termOf(term, name, i > 0));
  return others.reduce(
    (sum, part, i) => operation((dim.terms[i + 1]?.coefficient ?? 0) < 0 ? "-" : "+", sum, part),
    first,
  );
}

/** Behind another term the sign is an operator, and not part of the term. */
function termOf<P>(
  { coefficient, factors }: Term,
  name: (variable: string) => Expression<P>,
  isBehind: boolean,
): Expression<P> {
  const atoms = factors.flatMap(({ atom, power }) => new Array<Expression<P>>(power).fill(atomOf(atom, name)));
  const size = isBehind ? Math.abs(coefficient) : coefficient;
  if (atoms.length === 0) return literal(size);
  if (size === -1) return operation("*", { kind: "negative", of: atoms[0] ?? literal(1) }, ...atoms.slice(1));
  return operation("*", ...(size === 1 ? [] : [literal(size)]), ...atoms);
}

function atomOf<P>(atom: Atom, name: (variable: string) => Expression<P>): Expression<P> {
  if (atom.kind === "variable") return name(atom.name);
  return operation("//", sizeOf(atom.of, name), literal(atom.by));
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

/** What makes `v` a size that does not work: conditions, any of which is enough to refuse it. */
export function refusals(sizes: SizeSet, v: Expression): readonly Expression[] {
  const [only, ...others] = clausesOf(sizes);
  if (!only) return [literal(true)];
  if (others.length === 0) return only.map((condition) => conditionOf(condition, v, true));
  const clauses = [only, ...others].map((clause) =>
    operation("and", ...clause.map((condition) => conditionOf(condition, v, false))),
  );
  return [{ kind: "not", of: operation("or", ...clauses) }];
}

function conditionOf(condition: Condition, v: Expression, refused: boolean): Expression {
  switch (condition.kind) {
    case "residues": {
      const residue = operation("%", v, literal(condition.modulus));
      return membership(residue, condition.residues, condition.negated !== refused);
    }
    case "sizes":
      return membership(v, condition.members, condition.negated !== refused);
    case "at least":
      return operation(refused ? "<" : ">=", v, literal(condition.n));
    case "at most":
      return operation(refused ? ">" : "<=", v, literal(condition.n));
  }
}

function membership(subject: Expression, values: readonly number[], negated: boolean): Expression {
  const [first, second] = values;
  if (first !== undefined && second === undefined) return operation(negated ? "!=" : "==", subject, literal(first));
  return operation(negated ? "not in" : "in", subject, tuple(values.map(literal)));
}
