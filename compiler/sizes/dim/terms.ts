// The normal form of sizes: sums of terms, a term being an integer times a product of atoms. Everything
// here keeps three promises: terms are sorted, no coefficient is zero, and no integer is ever rounded.

/** Integers; a constant is always a plain number. */
export type Dim = number | SymbolicDim;

/** Equal keys <=> same normal form. */
export interface SymbolicDim {
  readonly terms: readonly Term[];
  readonly key: string;
}

export interface Term {
  readonly coefficient: number;
  /** Sorted by the key of the atom; empty for the constant term, which comes last. */
  readonly factors: readonly Factor[];
  readonly degree: number;
  /** Key of the product alone; "" for the constant term. */
  readonly key: string;
}

export interface Factor {
  readonly atom: Atom;
  readonly power: number;
}

/** A variable, or floor(of / by) with by >= 2. A floor counts with the degree of what is inside. */
export type Atom =
  | { readonly kind: "variable"; readonly name: string; readonly key: string; readonly degree: number }
  | {
      readonly kind: "floor";
      readonly of: SymbolicDim;
      readonly by: number;
      readonly key: string;
      readonly degree: number;
    };

/** An integer passed 2^53, or an expression grew beyond any real network. */
export class DimLimitError extends Error {
  override readonly name = "DimLimitError";
}

/** Beyond these an expression is an accident (or an attack), and deciding it would take minutes. */
const maximum = { degree: 64, terms: 4096, keyLength: 65_536 } as const;

export function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new DimLimitError("a size passed 2^53");
  return value + 0; // -0 becomes 0
}

const constantTerm = (value: number): Term => ({ coefficient: value, factors: [], degree: 0, key: "" });

export function atomDim(atom: Atom): SymbolicDim {
  const term: Term = { coefficient: 1, factors: [{ atom, power: 1 }], degree: atom.degree, key: atom.key };
  return { terms: [term], key: atom.key };
}

export function termsOf(d: Dim): readonly Term[] {
  if (typeof d !== "number") return d.terms;
  return d === 0 ? [] : [constantTerm(d)];
}

/** The dim of terms that are already sorted, without zero coefficients. */
export function fromSorted(terms: readonly Term[]): Dim {
  const [first] = terms;
  if (first === undefined) return 0;
  if (first.key === "") return first.coefficient;
  if (terms.length > maximum.terms || first.degree > maximum.degree)
    throw new DimLimitError("a size formula is too large");
  let key = "";
  for (const term of terms) key += termText(term, key === "");
  if (key.length > maximum.keyLength) throw new DimLimitError("a size formula is too large");
  return { terms, key };
}

function termText({ coefficient, key }: Term, first: boolean): string {
  const sign = first ? "" : "+";
  if (key === "") return sign + coefficient;
  return coefficient === 1 ? sign + key : `${sign}${coefficient}·${key}`;
}

export function fromTerms(terms: Iterable<Term>): Dim {
  const kept = [...terms].filter((term) => term.coefficient !== 0);
  return fromSorted(kept.sort(compareTerms));
}

/** Highest degree first, then by name: `S^2 + 3·S + H·⌊W/2⌋ - 1`. */
function compareTerms(a: Term, b: Term): number {
  if (a.degree !== b.degree) return b.degree - a.degree;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

export function withCoefficient(term: Term, coefficient: number): Term {
  return { ...term, coefficient: exact(coefficient) };
}

/** Merges two sorted sums. */
export function addTerms(a: readonly Term[], b: readonly Term[]): Term[] {
  const sum: Term[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined) return [...sum, ...b.slice(j)];
    if (y === undefined) return [...sum, ...a.slice(i)];
    const order = compareTerms(x, y);
    if (order <= 0) i++;
    if (order >= 0) j++;
    if (order !== 0) sum.push(order < 0 ? x : y);
    else if (x.coefficient + y.coefficient !== 0) sum.push(withCoefficient(x, x.coefficient + y.coefficient));
  }
}

export function multiplyTerms(a: readonly Term[], b: readonly Term[]): Dim {
  const products = new Map<string, Term>();
  for (const x of a) {
    for (const y of b) {
      const product = multiplyTerm(x, y);
      const before = products.get(product.key);
      products.set(product.key, before ? withCoefficient(product, before.coefficient + product.coefficient) : product);
    }
    if (products.size > maximum.terms) throw new DimLimitError("a size formula is too large");
  }
  return fromTerms(products.values());
}

function multiplyTerm(x: Term, y: Term): Term {
  const coefficient = exact(x.coefficient * y.coefficient);
  if (y.key === "") return { ...x, coefficient };
  if (x.key === "") return { ...y, coefficient };
  const factors = multiplyFactors(x.factors, y.factors);
  const key = factors.map(({ atom, power }) => (power === 1 ? atom.key : `${atom.key}^${power}`)).join("·");
  return { coefficient, factors, degree: x.degree + y.degree, key };
}

function multiplyFactors(a: readonly Factor[], b: readonly Factor[]): readonly Factor[] {
  const powers = new Map<string, Factor>(a.map((factor) => [factor.atom.key, factor]));
  for (const { atom, power } of b) powers.set(atom.key, { atom, power: power + (powers.get(atom.key)?.power ?? 0) });
  return [...powers.values()].sort((x, y) => (x.atom.key < y.atom.key ? -1 : 1));
}
