// Sizes as text: "2·S^2 + 3·S", "⌈H/32⌉", "S/2". A pass may have replaced S by 32·s; `origins` brings s
// back to (S - residue)/modulus, so coefficients become fractions here, in BigInt, and only here.
import { greatestCommonDivisorBig } from "./integers.ts";
import type { Atom, Dim, Factor, Term } from "./terms.ts";

/** What a substituted variable stands for: original = modulus·variable + residue. */
export interface Origin {
  readonly name: string;
  readonly modulus: number;
  readonly residue: number;
}

type Origins = ReadonlyMap<string, Origin>;

/** A fraction times a product of printed atoms. */
interface Printed {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly powers: ReadonlyMap<string, number>;
}

const nothing: Origins = new Map();

export function formatDim(d: Dim, origins: Origins = nothing): string {
  return typeof d === "number" ? String(d) : sumText(printed(d.terms, origins));
}

function printed(terms: readonly Term[], origins: Origins): readonly Printed[] {
  const sums = new Map<string, Printed>();
  for (const term of terms) {
    for (const part of expanded(term, origins)) {
      const key = [...part.powers]
        .map(([atom, power]) => `${atom}^${power}`)
        .sort()
        .join("·");
      const before = sums.get(key);
      sums.set(key, before ? { ...part, ...addFractions(before, part) } : part);
    }
  }
  return [...sums.values()].filter((part) => part.numerator !== 0n);
}

function expanded(term: Term, origins: Origins): readonly Printed[] {
  let parts: readonly Printed[] = [{ numerator: BigInt(term.coefficient), denominator: 1n, powers: new Map() }];
  for (const factor of term.factors) {
    const others = printedFactor(factor, origins);
    parts = parts.flatMap((part) => others.map((other) => multiplyPrinted(part, other)));
  }
  return parts;
}

function printedFactor({ atom, power }: Factor, origins: Origins): readonly Printed[] {
  const origin = atom.kind === "variable" ? origins.get(atom.name) : undefined;
  if (origin === undefined)
    return [{ numerator: 1n, denominator: 1n, powers: new Map([[atomText(atom, origins), power]]) }];
  const denominator = BigInt(origin.modulus) ** BigInt(power);
  if (origin.residue === 0) return [{ numerator: 1n, denominator, powers: new Map([[origin.name, power]]) }];
  return binomial(power).map((choose, i) => ({
    numerator: choose * (-BigInt(origin.residue)) ** BigInt(i),
    denominator,
    powers: new Map(power === i ? [] : [[origin.name, power - i]]),
  }));
}

function binomial(n: number): readonly bigint[] {
  const row = [1n];
  for (let i = 1; i <= n; i++) row.push(((row[i - 1] ?? 0n) * BigInt(n - i + 1)) / BigInt(i));
  return row;
}

function multiplyPrinted(a: Printed, b: Printed): Printed {
  const powers = new Map(a.powers);
  for (const [atom, power] of b.powers) powers.set(atom, power + (powers.get(atom) ?? 0));
  return { ...reduced(a.numerator * b.numerator, a.denominator * b.denominator), powers };
}

function addFractions(a: Printed, b: Printed): { readonly numerator: bigint; readonly denominator: bigint } {
  return reduced(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

function reduced(numerator: bigint, denominator: bigint): { readonly numerator: bigint; readonly denominator: bigint } {
  const common = greatestCommonDivisorBig(numerator, denominator);
  return { numerator: numerator / common, denominator: denominator / common };
}

function atomText(atom: Atom, origins: Origins): string {
  if (atom.kind === "variable") return atom.name;
  const last = atom.of.terms.at(-1);
  const isCeiling = last?.key === "" && last.coefficient === atom.by - 1;
  const inside = printed(isCeiling ? atom.of.terms.slice(0, -1) : atom.of.terms, origins);
  const text = quotientText(inside, BigInt(atom.by));
  return isCeiling ? `⌈${text}⌉` : `⌊${text}⌋`;
}

/** All parts over one denominator: "(3·S + 1)/64". */
function quotientText(parts: readonly Printed[], by: bigint): string {
  const denominator = parts.reduce(
    (lcm, part) => (lcm / greatestCommonDivisorBig(lcm, part.denominator)) * part.denominator,
    1n,
  );
  const whole = parts.map((part) => ({
    ...part,
    numerator: (part.numerator * denominator) / part.denominator,
    denominator: 1n,
  }));
  const common = whole.reduce((gcd, part) => greatestCommonDivisorBig(gcd, part.numerator), denominator * by);
  const text = sumText(whole.map((part) => ({ ...part, numerator: part.numerator / common })));
  const over = (denominator * by) / common;
  if (over === 1n) return text;
  return parts.length > 1 ? `(${text})/${over}` : `${text}/${over}`;
}

function sumText(parts: readonly Printed[]): string {
  if (parts.some((part) => part.powers.size === 0 && part.denominator !== 1n)) return quotientText(parts, 1n);
  // "⌊H/2⌋ - H" reads better than "-H + ⌊H/2⌋"
  const lead = Math.max(
    0,
    parts.findIndex((part) => part.numerator > 0n),
  );
  const ordered = [...parts.slice(lead, lead + 1), ...parts.slice(0, lead), ...parts.slice(lead + 1)];
  let text = "";
  for (const part of ordered) {
    const negative = part.numerator < 0n;
    const sign = text === "" ? (negative ? "-" : "") : negative ? " - " : " + ";
    text += sign + partText({ ...part, numerator: negative ? -part.numerator : part.numerator });
  }
  return text === "" ? "0" : text;
}

function partText({ numerator, denominator, powers }: Printed): string {
  const atoms = [...powers].map(([atom, power]) => (power === 1 ? atom : `${atom}^${power}`));
  const product = numerator === 1n && atoms.length > 0 ? atoms.join("·") : [String(numerator), ...atoms].join("·");
  return denominator === 1n ? product : `${product}/${denominator}`;
}
