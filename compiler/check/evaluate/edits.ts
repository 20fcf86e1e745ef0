// `with`, `without skip` and `at`: a model with other parameters, fewer links, or fixed sizes. Edits
// compose and never copy text.
import type { Argument, Expression, Name, Span } from "../../../grammar/index.ts";
import { checkDimensions } from "../compute/dimensions.ts";
import type { Context } from "../state/context.ts";
import { asDeclared } from "../values/data.ts";
import { kindOf, show } from "../values/show.ts";
import { blockOf, type DeclaredBlock, type Scope, unknown, type Value } from "../values/value.ts";
import { bindDeclared } from "./calls.ts";
import { evaluate } from "./expressions.ts";
import { rebindOperator } from "./operator-calls.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Applies an edit to the model of a block or of a value inside it. */
function editModel(
  object: Value,
  what: string,
  span: Span,
  c: Context,
  edit: (model: DeclaredBlock) => DeclaredBlock | undefined,
): Value {
  if (object.kind === "unknown") return unknown;
  if (object.kind === "tap") {
    const model = edit(object.model);
    return model ? { ...object, model } : unknown;
  }
  const model = asDeclared(object);
  if (!model) {
    c.report("DM3101/value", span, {
      what: `what \`${what}\` edits`,
      expected: "a model or a block",
      actual: kindOf(object),
    });
    return unknown;
  }
  const edited = edit(model);
  return edited ? blockOf(edited) : unknown;
}

export function editWith(e: Of<"with">, scope: Scope, c: Context): Value {
  const object = evaluate(e.object, scope, c);
  const args: Argument[] = e.fields.map(({ label, value, span }) => ({
    label,
    value: value ?? { kind: "name", text: label.text, span: label.span },
    span,
  }));
  if (object.kind === "block" && object.block.kind === "operator")
    return blockOf(rebindOperator(object.block, args, e.span, scope, c) ?? object.block);
  return editModel(object, "with", e.object.span, c, (model) => {
    const kept = new Map([...model.args].filter(([name]) => !args.some((arg) => arg.label?.text === name)));
    const bound = bindDeclared({ ...model, args: kept }, args, e.span, scope, c);
    return bound && { ...model, args: bound };
  });
}

export function editWithout(object: Value, skip: Name, c: Context): Value {
  return editModel(object, "without skip", skip.span, c, (model) => ({
    ...model,
    dropped: [...model.dropped, { ...skip, owner: model.name }],
  }));
}

export function editAt(e: Of<"at">, scope: Scope, c: Context): Value {
  return editModel(evaluate(e.object, scope, c), "at", e.object.span, c, (model) => {
    const at = new Map(model.at);
    for (const arg of e.args) {
      const value = evaluate(arg.value, scope, c);
      if (!arg.label) {
        c.report("DM3101/value", arg.span, {
          what: "what `at` fixes",
          expected: "written by name, `S = 32`",
          actual: show(value),
        });
      } else if (value.kind === "int") {
        at.set(arg.label.text, { dim: value.dim, span: arg.span });
      } else if (value.kind !== "unknown") {
        c.report("DM3101", arg.span, {
          param: arg.label.text,
          callee: model.name,
          expected: "a whole number",
          actual: kindOf(value),
        });
      }
    }
    return checkDimensions(model, at, c) ? { ...model, at } : undefined;
  });
}
