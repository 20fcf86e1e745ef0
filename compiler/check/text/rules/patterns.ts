// What the strings of a rule mean: `"layer-{2 * i}/<Norm>" => "chain/{i}/<Norm>"`. Patterns are parsed
// here and checked with the other text of a file; they are applied in `compiler/weights`.
import { bareName, type Linear, parseLinear } from "./linear.ts";

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "hole"; readonly form: Linear; readonly text: string };

/** One step of a path or of a name in a file. */
export type Step =
  | { readonly kind: "parts"; readonly parts: readonly Part[] }
  /** `*`: exactly one step. */
  | { readonly kind: "one" }
  /** `**`: any number of steps. */
  | { readonly kind: "any" }
  /** `<Name>`: what the mapping of that name maps. */
  | { readonly kind: "mapping"; readonly name: string };

export interface Rule {
  readonly left: readonly Step[];
  readonly right: readonly Step[];
  /** Captures that are computed with, and so are whole numbers. */
  readonly numbers: ReadonlySet<string>;
}

interface BadPattern {
  readonly side: "from" | "to";
  readonly reason: string;
}

/** Steps of open length in one rule; each costs a factor of the length of a name. */
const mostOpenSteps = 3;
const longestPattern = 1000;

export type ParsedRule = Rule | BadPattern;

export function parseRule({ from, to }: { readonly from: string; readonly to: string }): ParsedRule {
  const left = parseSteps(from);
  if (typeof left === "string") return { side: "from", reason: left };
  const right = parseSteps(to);
  if (typeof right === "string") return { side: "to", reason: right };
  const captured = capturesOf(left);
  if (typeof captured === "string") return { side: "from", reason: captured };
  const reason = wrongRight(left, right, captured);
  return reason === undefined ? { left, right, numbers: numbersOf([...left, ...right]) } : { side: "to", reason };
}

const isOpen = ({ kind }: Step): boolean => kind === "any" || kind === "mapping";

function parseSteps(pattern: string): readonly Step[] | string {
  if (pattern.length > longestPattern) return `it is longer than ${longestPattern} characters`;
  const steps: Step[] = [];
  for (const text of splitPattern(pattern)) {
    const step = parseStep(text);
    if (typeof step === "string") return step;
    steps.push(step);
  }
  if (steps.filter(isOpen).length > mostOpenSteps)
    return `it has more than ${mostOpenSteps} steps of open length (\`**\` and \`<Name>\`)`;
  return steps;
}

/**
 * Names are divided at `/`, as TensorFlow and Keras write them, and at `.`, as PyTorch does; patterns and names alike.
 * Two dots divide nothing: TensorFlow writes them for a dot in the name of an object.
 */
export const stepsOfName = (name: string): readonly string[] => name.split(/\/|(?<!\.)\.(?!\.)/);

/** A mark inside braces divides nothing; it is no form either, and is found when the form is read. */
const splitPattern = (pattern: string): readonly string[] => pattern.split(/(?:\/|(?<!\.)\.(?!\.))(?![^{]*\})/);

function parseStep(text: string): Step | string {
  if (text === "") return "a step between two `/` or `.` is empty";
  if (text === "*") return { kind: "one" };
  if (text === "**") return { kind: "any" };
  const [, name] = /^<([A-Z][A-Za-z0-9_]*)>$/.exec(text) ?? [];
  if (name !== undefined) return { kind: "mapping", name };
  if (/[*<>]/.test(text.replaceAll(/\{[^}]*\}/g, ""))) return `\`${text}\` mixes \`*\` or \`<Name>\` with other text`;
  return parseParts(text);
}

function parseParts(text: string): Step | string {
  const parts: Part[] = [];
  for (const piece of text.split(/(\{[^{}]*\})/).filter((each) => each !== "")) {
    const inner = piece.startsWith("{") && piece.endsWith("}") ? piece.slice(1, -1) : undefined;
    if (inner === undefined && /[{}]/.test(piece)) return `\`${text}\` has a brace without its partner`;
    const form = inner === undefined ? undefined : parseLinear(inner);
    if (inner !== undefined && !form) return `\`{${inner}}\` is no name and no form such as {2 * i + 1}`;
    parts.push(form ? { kind: "hole", form, text: inner ?? "" } : { kind: "text", text: piece });
  }
  return { kind: "parts", parts };
}

const holesOf = (steps: readonly Step[]): readonly Linear[] =>
  steps
    .flatMap((step) => (step.kind === "parts" ? step.parts : []))
    .flatMap((p) => (p.kind === "hole" ? [p.form] : []));

const numbersOf = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set(holesOf(steps).flatMap((form) => (bareName(form) === undefined ? [...form.factors.keys()] : [])));

/** The names that the left side binds, or what is wrong with it. */
function capturesOf(left: readonly Step[]): ReadonlySet<string> | string {
  for (const step of left) {
    if (step.kind !== "parts") continue;
    for (const [i, part] of step.parts.entries()) {
      if (part.kind !== "hole") continue;
      const [factor] = part.form.factors.values();
      if (part.form.factors.size !== 1 || factor === undefined || factor < 1)
        return `\`{${part.text}}\` cannot be solved: it needs one name, with a factor of at least 1`;
      if (step.parts[i + 1]?.kind === "hole") return "two captures stand side by side, so nothing says where they part";
    }
  }
  return new Set(holesOf(left).flatMap((form) => [...form.factors.keys()]));
}

function wrongRight(left: readonly Step[], right: readonly Step[], captured: ReadonlySet<string>): string | undefined {
  for (const form of holesOf(right))
    for (const name of form.factors.keys()) if (!captured.has(name)) return `nothing on the left captures {${name}}`;
  for (const [kind, mark] of [
    ["one", "*"],
    ["any", "**"],
  ] as const) {
    const count = (steps: readonly Step[]) => steps.filter((step) => step.kind === kind).length;
    if (count(right) > count(left)) return `it has more \`${mark}\` than the left side`;
  }
  const names = (steps: readonly Step[]) => steps.flatMap((step) => (step.kind === "mapping" ? [step.name] : []));
  if (names(left).sort().join(" ") !== names(right).sort().join(" "))
    return "both sides must name the same mappings in `<…>`, each as often as the other";
  return undefined;
}
