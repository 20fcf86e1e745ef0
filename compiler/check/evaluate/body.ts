// The statements of a body, in order.
import type { Body, Expression, Name, Pattern, Span, Statement } from "../../../grammar/index.ts";
import { decide } from "../compute/arithmetic.ts";
import { bounded } from "../compute/extent.ts";
import { readable } from "../compute/skips.ts";
import type { Context } from "../state/context.ts";
import { sourceText } from "../text/source-text.ts";
import { unreadNames } from "../text/static/unused.ts";
import { kindOf, show } from "../values/show.ts";
import type { Scope } from "../values/value.ts";
import { blockOf, type DeclaredBlock, tensorOf, unknown, unknownTensor, type Value } from "../values/value.ts";
import { evaluate } from "./expressions.ts";
import { typedValue } from "./result-types.ts";
import { boundNames } from "./where.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;
export type InputStatement = Of<"input">;

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
  readonly span: Span;
  /** Set where the statement restricts the output to one phase. */
  readonly phase?: string;
}

export interface BodyResult {
  /** What `return` gives, or a record of the outputs. */
  readonly value: Value;
  /** The expression after `return`, which lends names to the outputs of a model. */
  readonly returned?: Expression;
  readonly outputs: readonly NamedValue[];
  readonly losses: readonly NamedValue[];
}

export function runBody(
  block: DeclaredBlock,
  scope: Scope,
  c: Context,
  takeInput: (statement: InputStatement) => Value,
): BodyResult {
  const { declaration, module } = block;
  const result = runWhole(declaration.body, unreadNames(declaration, c.session.text), scope, c, takeInput);
  // What is left of a body that did not parse as a whole says nothing about what the author meant it to give.
  return module.file.partial?.has(declaration.name.text) ? { ...result, value: unknown } : result;
}

function runWhole(
  body: Body,
  unread: ReadonlySet<string>,
  scope: Scope,
  c: Context,
  takeInput: (statement: InputStatement) => Value,
): BodyResult {
  if (body.kind === "expression") {
    const value = evaluate(body.value, scope, c);
    return { value: checkReadable(value, body.value.span, c), returned: body.value, outputs: [], losses: [] };
  }
  const outputs: NamedValue[] = [];
  const losses: NamedValue[] = [];
  let returned: { readonly value: Value; readonly expression: Expression } | undefined;
  for (const statement of body.statements) {
    c.step(statement.span);
    switch (statement.kind) {
      case "let":
        runLet(statement, unread, scope, c);
        break;
      case "skip":
        runSkip(statement, unread, scope, c);
        break;
      case "share":
        runShare(statement, scope, c);
        break;
      case "require":
        runRequire(statement, scope, c);
        break;
      case "return":
        returned ??= {
          value: checkReadable(evaluate(statement.value, scope, c), statement.value.span, c),
          expression: statement.value,
        };
        break;
      case "input":
        if (statement.phase) c.phased = true;
        scope.names.set(statement.name.text, takeInput(statement));
        break;
      case "output": {
        const output = runOutput(statement, scope, c);
        if (output) outputs.push(output);
        break;
      }
      case "loss":
        c.phased = true;
        if (c.phase === "train" || c.mode.isOpen) losses.push(runLoss(statement, scope, c));
        break;
      case "part":
        // It says where the finished graph can be cut.
        break;
    }
  }
  const record: Value = { kind: "record", fields: new Map(outputs.map(({ name, value }) => [name, value])) };
  if (!returned) return { value: record, outputs, losses };
  return { value: returned.value, returned: returned.expression, outputs, losses };
}

/** The scope in which the value of a named statement is built: its path segment is the name. */
const named = (scope: Scope, name: string): Scope => ({ ...scope, paths: scope.paths.child(name) });

function runLet(statement: Of<"let">, unread: ReadonlySet<string>, scope: Scope, c: Context): void {
  const { pattern, type } = statement;
  const names = pattern.kind === "name" ? [pattern.name] : pattern.names;
  const path = names[0]?.text ?? "let";
  const parts = partsOf(pattern, statement.value);
  const weighted = c.builder.weighted;
  const value = parts
    ? bounded(evaluateParts(parts, named(scope, path), unread, c), statement.value.span, c)
    : evaluate(statement.value, named(scope, path), c);
  bindPattern(pattern, type ? typedValue(type, value, path, scope, statement.value.span, c) : value, scope, c);
  if (!parts && names.every(({ text }) => unread.has(text))) reportUnread(names, weighted, c);
}

/** A tuple of names in front of a tuple of values: each has weights of its own. */
function partsOf(pattern: Pattern, e: Expression): readonly (readonly [Name, Expression])[] | undefined {
  if (pattern.kind !== "tuple" || e.kind !== "tuple" || e.items.length !== pattern.names.length) return undefined;
  return e.items.flatMap((item, index) => {
    const name = pattern.names[index];
    return name ? [[name, item] as const] : [];
  });
}

function evaluateParts(
  parts: readonly (readonly [Name, Expression])[],
  scope: Scope,
  unread: ReadonlySet<string>,
  c: Context,
): Value {
  const items = parts.map(([name, item]) => {
    const weighted = c.builder.weighted;
    const value = evaluate(item, scope, c);
    if (unread.has(name.text)) reportUnread([name], weighted, c);
    return value;
  });
  return { kind: "tuple", items };
}

/** `before`: how many uses of weights there were in front of the statement. */
function reportUnread(names: readonly Name[], before: number, c: Context): void {
  const [first] = names;
  if (first && !c.mode.builds && c.builder.weighted > before)
    c.report("DM8008", first.span, { name: names.map(({ text }) => text).join(" and ") });
}

function bindPattern(pattern: Pattern, value: Value, scope: Scope, c: Context): void {
  if (pattern.kind === "name") {
    const name = pattern.name.text;
    // A block lends its own name to the paths of its uses.
    scope.names.set(name, value.kind === "block" ? blockOf({ kind: "named", name, block: value.block }) : value);
    return;
  }
  const parts = pattern.kind === "tuple" ? tupleParts(value, pattern, c) : recordParts(value, pattern, c);
  for (const [index, name] of pattern.names.entries()) {
    const part = parts[index] ?? unknown;
    scope.names.set(name.text, part);
    const made = part.kind === "tensor" ? part.tensor.value : undefined;
    if (made && !c.builder.words.has(made)) c.builder.words.set(made, name.text);
  }
}

function tupleParts(value: Value, pattern: Extract<Pattern, { kind: "tuple" }>, c: Context): readonly Value[] {
  if (value.kind === "unknown") return [];
  const items = value.kind === "tuple" || value.kind === "list" ? value.items : undefined;
  if (items?.length === pattern.names.length) return items;
  const actual = items ? `${items.length} values` : kindOf(value);
  c.report("DM3101/value", pattern.span, {
    what: "the value of this pattern",
    expected: `${pattern.names.length} values`,
    actual,
  });
  return [];
}

function recordParts(value: Value, pattern: Extract<Pattern, { kind: "record" }>, c: Context): readonly Value[] {
  if (value.kind === "unknown") return [];
  if (value.kind !== "record") {
    c.report("DM3101/value", pattern.span, {
      what: "the value of this pattern",
      expected: "a record",
      actual: kindOf(value),
    });
    return [];
  }
  return pattern.names.map((name) => {
    const field = value.fields.get(name.text);
    if (field === undefined) c.report("DM2004", name.span, { owner: show(value), what: "field", name: name.text });
    return field ?? unknown;
  });
}

function runSkip(statement: Of<"skip">, unread: ReadonlySet<string>, scope: Scope, c: Context): void {
  const name = statement.name.text;
  c.skips.add(name);
  if (c.dropped.has(name)) {
    // The link is removed: what would compute it is not even looked at, so it adds no size rule.
    scope.names.set(name, tensorOf({ type: { dtype: "f32", dims: [] }, skip: name, dropped: true }));
    return;
  }
  const weighted = c.builder.weighted;
  const value = evaluate(statement.value, named(scope, name), c);
  if (unread.has(name)) reportUnread([statement.name], weighted, c);
  if (statement.type) typedValue(statement.type, value, name, scope, statement.value.span, c);
  if (value.kind === "tensor") scope.names.set(name, tensorOf({ ...value.tensor, skip: name }));
  else {
    if (value.kind !== "unknown")
      c.report("DM3101/value", statement.value.span, {
        what: `skip ${name}`,
        expected: "a tensor",
        actual: kindOf(value),
      });
    scope.names.set(name, unknownTensor);
  }
}

function runShare(statement: Of<"share">, scope: Scope, c: Context): void {
  const name = statement.name.text;
  const value = evaluate(statement.value, scope, c);
  if (value.kind !== "block") {
    if (value.kind !== "unknown")
      c.report("DM3101/value", statement.value.span, {
        what: `share ${name}`,
        expected: "a block",
        actual: kindOf(value),
      });
    scope.names.set(name, { kind: "unknown", hint: "block" });
    return;
  }
  const block = value.block.kind === "named" ? value.block.block : value.block;
  scope.paths.nameWeights(name);
  scope.names.set(name, blockOf({ kind: "shared", share: { name, weightPrefix: scope.paths.weights }, block }));
}

function runRequire(statement: Of<"require">, scope: Scope, c: Context): void {
  const { condition, reason } = statement;
  const value = evaluate(condition, scope, c);
  let held = true;
  if (value.kind === "condition") {
    const { left, relation, right } = value.condition;
    held = c.sizes.require(left, relation, right, c.asker(`require ${sourceText(condition)}`, condition.span));
    c.reportConflicts(condition.span);
  } else held = decide(value, "a `require` condition", condition.span, c) !== false;
  if (held) return;
  const bound = boundNames(condition, scope, c);
  const notes = bound.length === 0 ? [] : [`here ${bound.join(", ")}`];
  const text = sourceText(condition);
  c.report("DM4103", condition.span, { condition: reason === undefined ? text : `${text} (${reason})` }, { notes });
}

function runOutput(statement: Of<"output">, scope: Scope, c: Context): NamedValue | undefined {
  const name = statement.name.text;
  if (statement.phase) {
    c.phased = true;
    if (statement.phase.text !== c.phase && !c.mode.isOpen) return undefined;
  }
  const value = checkReadable(evaluate(statement.value, named(scope, name), c), statement.value.span, c);
  if (statement.type) typedValue(statement.type, value, name, scope, statement.value.span, c);
  scope.names.set(name, value);
  return { name, value, span: statement.value.span, ...(statement.phase ? { phase: statement.phase.text } : {}) };
}

function runLoss(statement: Of<"loss">, scope: Scope, c: Context): NamedValue {
  const name = statement.name.text;
  const value = evaluate(statement.value, named(scope, name), c);
  const scalar = value.kind === "tensor" && value.tensor.type.dims.length === 0;
  if (!scalar && value.kind !== "unknown") {
    const actual = value.kind === "tensor" ? show(value) : kindOf(value);
    c.report("DM3101/value", statement.value.span, {
      what: `loss ${name}`,
      expected: "a scalar, such as a mean over all values",
      actual,
    });
  }
  scope.names.set(name, value);
  return { name, value, span: statement.value.span };
}

/** A result may not be a skip link itself: `without` could not remove it. */
function checkReadable(value: Value, span: Span, c: Context): Value {
  return value.kind === "tensor" && !readable(value.tensor, span, c) ? unknownTensor : value;
}
