// Whole-number forms in the patterns of `weights` and `mapping`: `5 * b + 1`. Sums of products with at most
// one name each, so that a form in one name can be solved.

export interface Linear {
  /** Factors by name. */
  readonly factors: ReadonlyMap<string, number>;
  readonly constant: number;
}

/** Undefined where the text is no such form. */
export function parseLinear(text: string): Linear | undefined {
  const factors = new Map<string, number>();
  let constant = 0;
  const terms = text.replaceAll(/\s+/g, " ").trim();
  if (terms === "" || terms.length > 200) return undefined;
  for (const { sign, body } of signedTerms(terms)) {
    const term = parseTerm(body);
    if (!term) return undefined;
    if (term.name === undefined) constant += sign * term.factor;
    else factors.set(term.name, (factors.get(term.name) ?? 0) + sign * term.factor);
  }
  return { factors, constant };
}

function signedTerms(text: string): { readonly sign: 1 | -1; readonly body: string }[] {
  const parts = text.split(/([+-])/);
  const lead = (parts[0] ?? "").trim() === "" && parts.length > 1 ? [] : [{ sign: 1 as const, body: parts[0] ?? "" }];
  const rest = parts.slice(1).filter((_, i) => i % 2 === 1);
  return [...lead, ...rest.map((body, i) => ({ sign: parts[1 + 2 * i] === "-" ? (-1 as const) : (1 as const), body }))];
}

function parseTerm(text: string): { readonly factor: number; readonly name?: string } | undefined {
  let factor = 1;
  let name: string | undefined;
  for (const part of text.split("*").map((each) => each.trim())) {
    if (/^\d{1,9}$/.test(part)) factor *= Number(part);
    else if (/^[a-z_][A-Za-z0-9_]*$/.test(part) && name === undefined) name = part;
    else return undefined;
  }
  if (!Number.isSafeInteger(factor)) return undefined;
  return name === undefined ? { factor } : { factor, name };
}

/** The whole number of at least 0 for which the form is `value`; undefined where there is none. */
export function solveLinear({ factors, constant }: Linear, value: number): number | undefined {
  const [factor] = factors.values();
  const solution = factor === undefined ? Number.NaN : (value - constant) / factor;
  return Number.isSafeInteger(solution) && solution >= 0 ? solution : undefined;
}

/** The form with the names filled in; undefined below 0, or where a name has no number. */
export function evaluateLinear(form: Linear, numbers: ReadonlyMap<string, number>): number | undefined {
  let sum = form.constant;
  for (const [name, factor] of form.factors) sum += factor * (numbers.get(name) ?? Number.NaN);
  return Number.isSafeInteger(sum) && sum >= 0 ? sum : undefined;
}

/** `{i}`: a name alone. */
export function bareName({ factors, constant }: Linear): string | undefined {
  const [[name, factor] = ["", 0]] = factors;
  return factors.size === 1 && factor === 1 && constant === 0 ? name : undefined;
}
