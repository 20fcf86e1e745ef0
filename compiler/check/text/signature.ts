// What a signature says before anything is evaluated: inputs, dimensions, the words for a type.
import {
  type Block,
  type Body,
  type Expression,
  type Model,
  type Name,
  type Part,
  type Type,
  type TypeAtom,
  textOf,
} from "../../../grammar/index.ts";

/** Has it ports, or `input` statements? */
export function hasInputs(declaration: Block | Model): boolean {
  if (declaration.signature.ports) return true;
  const { body } = declaration;
  return body.kind === "statements" && body.statements.some((statement) => statement.kind === "input");
}

/** The inputs of a model, in order; those of one phase as well. */
export function inputNames({ signature, body }: Block | Model): readonly string[] {
  const statements = body.kind === "statements" ? body.statements : [];
  const inputs = statements.filter((statement) => statement.kind === "input");
  return [...(signature.ports ?? []), ...inputs].map(({ name }) => name.text);
}

export const isDimension = (e: Expression): e is Extract<Expression, { kind: "name" }> =>
  e.kind === "name" && /^[A-Z]/.test(e.text);

/** The bare dimension variables of a model's inputs, in order: what `at` may fix. `phase`: of those inputs only. */
export function inputDimensions(declaration: Block | Model, phase?: string): readonly string[] {
  const types: TypeAtom[] = (declaration.signature.ports ?? []).map((port) => port.type);
  if (declaration.body.kind === "statements") {
    for (const statement of declaration.body.statements)
      if (statement.kind === "input" && isIn(statement.phase, phase)) types.push(statement.type);
  }
  const names = new Set<string>();
  for (const type of types)
    for (const dim of type.kind === "tensor" ? type.dims : []) if (isDimension(dim)) names.add(dim.text);
  if (types.some((type) => type.kind === "tensor" && type.leading))
    return ["N", ...[...names].filter((name) => name !== "N")];
  return [...names];
}

const isIn = (stated: Name | undefined, phase: string | undefined): boolean =>
  stated === undefined || phase === undefined || stated.text === phase;

/** Where the body says that it can be cut. */
export function partsOf(body: Body): readonly Part[] {
  return body.kind === "statements" ? body.statements.filter((statement) => statement.kind === "part") : [];
}

export function typeText(type: Type): string {
  switch (type.kind) {
    case "arrow":
      return "a block";
    case "fields":
      return "a record";
    case "named":
      return type.name.text;
    case "tensor":
      return textOf(type.span);
  }
}
