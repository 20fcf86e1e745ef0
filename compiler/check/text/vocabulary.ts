// The words of the language: operators, the choices that they take, and the built-in functions.
import { type Composite, type OperatorName, operators, type Primitive } from "../../ops/index.ts";

export const operatorNames: readonly string[] = Object.keys(operators);

export const isOperator = (name: string): name is OperatorName => Object.hasOwn(operators, name);

const table: Readonly<Record<string, Primitive | Composite>> = operators;

export const definition = (name: string): Primitive | Composite => table[name] as Primitive | Composite;

/** Names that operators take as choices: `half`, `nearest`, `glorot_uniform`… */
export const choiceNames: ReadonlySet<string> = new Set(
  Object.values(table).flatMap((operator) =>
    Object.values(operator.params).flatMap((param) => (param.kind === "choice" ? param.choices : [])),
  ),
);

/** The built-in functions, in the order of the reference. */
export const functionNames = [
  "len",
  "sum",
  "prod",
  "min",
  "max",
  "int",
  "floor",
  "ceil",
  "round",
  "abs",
  "float",
  "sqrt",
  "log2",
  "str",
  "reverse",
  "cdiv",
] as const;

export type FunctionName = (typeof functionNames)[number];

export const isFunction = (name: string): name is FunctionName => (functionNames as readonly string[]).includes(name);
