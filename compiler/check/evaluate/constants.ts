// Constants and tables: evaluated once per session, phase and mode, whoever asks first and in whatever order.
import type { Declaration, Expression, Span } from "../../../grammar/index.ts";
import { given } from "../compute/declared-types.ts";
import { Context, Stop } from "../state/context.ts";
import type { Evaluated, OpenConstant } from "../state/session.ts";
import { namesRead } from "../text/mentions.ts";
import type { Module } from "../text/program.ts";
import { declarationNamed } from "../text/reach.ts";
import { rootPaths } from "../values/paths.ts";
import { type Scope, unknown, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";
import { tableValue } from "./tables.ts";

type Constant = Extract<Declaration, { kind: "const" | "table" }>;
interface Placed {
  readonly declaration: Declaration;
  readonly module: Module;
}

export function constantValue(declaration: Constant, module: Module, span: Span, c: Context): Value {
  const key = keyOf(c);
  const known = c.session.constants.get(declaration)?.get(key);
  if (known) return c.replay(known);
  const open = c.session.open.findIndex((each) => each.declaration === declaration && each.key === key);
  if (open >= 0) return reportCircle([...c.session.open.slice(open + 1), { declaration, key, span }], c);
  if (c.session.open.length === 0) evaluateDeepFirst({ declaration, module }, c);
  return evaluatedNow(declaration, module, span, c).value;
}

/** What a constant may depend on beside its text. */
const keyOf = (c: Context): string => `${c.phase} ${c.mode.name}`;

function evaluatedNow(declaration: Constant, module: Module, span: Span, c: Context): Evaluated {
  const key = keyOf(c);
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
  c.session.open.push({ declaration, key, span });
  try {
    const evaluated = c.recorded(() =>
      declaration.kind === "const" ? constant(declaration, scope, c) : tableValue(declaration, scope, c),
    );
    const byKey = c.session.constants.get(declaration);
    if (byKey) byKey.set(key, evaluated);
    else c.session.constants.set(declaration, new Map([[key, evaluated]]));
    return evaluated;
  } finally {
    // An evaluation that was stopped is no circle: the next reader starts again.
    c.session.open.pop();
  }
}

function constant({ name, value, type }: Extract<Constant, { kind: "const" }>, scope: Scope, c: Context): Value {
  const answer = evaluate(value, scope, c);
  return type ? given(`const ${name.text}`, answer, type, scope.module, value.span, c) : answer;
}

/** A circle is told at one of its constants, the same wherever it was entered. */
function reportCircle(circle: readonly OpenConstant[], c: Context): Value {
  const nameOf = ({ declaration: { name } }: OpenConstant) => `${name.text} ${name.span.source.name}`;
  const least = circle.reduce((best, each) => (nameOf(each) < nameOf(best) ? each : best));
  c.report("DM3117", least.span, { what: least.declaration.name.text, reason: "it depends on itself" });
  return unknown;
}

/** Constants that lead to each other in a chain this long are evaluated from its end, since a stack ends. */
const longestChain = 64;

/**
 * Evaluates what a constant may read, the deepest first, where that is a long chain. Nobody has read it yet, so what is wrong
 * with it is kept for its readers.
 */
function evaluateDeepFirst(start: Placed, c: Context): void {
  const order = dependencies(start, c);
  if (order.length <= longestChain) return;
  const unheard = new Context(c.session, c.phase, c.mode);
  for (const { declaration, module } of order) {
    if (declaration.kind !== "const" && declaration.kind !== "table") continue;
    if (c.session.constants.get(declaration)?.has(keyOf(c))) continue;
    try {
      evaluatedNow(declaration, module, declaration.name.span, unheard);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return c.step(declaration.name.span);
    }
  }
}

/** Every declaration that a constant may lead to and that has not been evaluated, each after those that it reads itself. */
function dependencies(start: Placed, c: Context): readonly Placed[] {
  const order: Placed[] = [];
  const seen = new Set<Declaration>([start.declaration]);
  const path: { readonly placed: Placed; readonly next: Iterator<Placed> }[] = [
    { placed: start, next: readBy(start, c)[Symbol.iterator]() },
  ];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { value: read, done } = top.next.next();
    if (done) {
      path.pop();
      if (path.length > 0) order.push(top.placed);
    } else if (!seen.has(read.declaration) && !c.session.constants.get(read.declaration)?.has(keyOf(c))) {
      seen.add(read.declaration);
      path.push({ placed: read, next: readBy(read, c)[Symbol.iterator]() });
    }
  }
  return order;
}

function readBy({ declaration, module }: Placed, c: Context): readonly Placed[] {
  const names = new Set(expressionsOf(declaration).flatMap((each) => [...namesRead(each, c.session.text)]));
  return [...names].flatMap((name) => declarationNamed(module, name) ?? []);
}

function expressionsOf(declaration: Declaration): readonly Expression[] {
  switch (declaration.kind) {
    case "const":
    case "fn":
      return [declaration.value];
    case "table":
      return declaration.rows.flatMap(({ cells }) => cells);
    default:
      return [];
  }
}
