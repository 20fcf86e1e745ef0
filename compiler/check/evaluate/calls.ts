// `f(…)`: arguments for a block, an operator or a function.
import type { Expression, Fn, Param, Span } from "../../../grammar/index.ts";
import { callBuiltin } from "../compute/builtins.ts";
import { declared, fits, given } from "../compute/declared-types.ts";
import type { Context } from "../state/context.ts";
import { holdsUnknown } from "../values/data.ts";
import { kindOf } from "../values/show.ts";
import {
  type BlockValue,
  blockOf,
  type DeclaredBlock,
  type FunctionValue,
  functionName,
  type Scope,
  unknown,
  unknownTensor,
  type Value,
} from "../values/value.ts";
import { bindArguments } from "./arguments.ts";
import { defaultOf } from "./defaults.ts";
import { evaluate } from "./expressions.ts";
import { callOperator } from "./operator-calls.ts";

type Call = Extract<Expression, { kind: "call" }>;

export function call(e: Call, scope: Scope, c: Context): Value {
  const callee = evaluate(e.callee, scope, c);
  if (callee.kind === "block") return callBlock(callee.block, e, scope, c);
  if (callee.kind === "function") return callFunction(callee.function, e, scope, c);
  for (const arg of e.args) evaluate(arg.value, scope, c);
  if (callee.kind === "unknown") return callee.hint === "block" ? callee : unknown;
  c.report("DM3101/value", e.callee.span, {
    what: "what is called",
    expected: "a block, an operator or a function",
    actual: kindOf(callee),
  });
  return unknown;
}

/** Values in the order of the parameters; what is not given is undefined. Built-in functions take positions only. */
function functionArguments(
  callee: FunctionValue,
  { args, span }: Call,
  scope: Scope,
  c: Context,
): readonly (Value | undefined)[] {
  if (args.some((arg) => arg.label)) {
    const params = callee.kind === "declared" ? callee.declaration.params.map((param) => param.name.text) : undefined;
    const call = {
      callee: functionName(callee),
      names: params ?? [],
      args,
      bound: new Map(),
      span,
      takesTensors: true,
    };
    const bound = bindArguments(call, scope, c);
    if (params) return params.map((param) => bound?.get(param)?.value);
  }
  return args.map((arg) => evaluate(arg.value, scope, c));
}

function callFunction(callee: FunctionValue, e: Call, scope: Scope, c: Context): Value {
  const args = functionArguments(callee, e, scope, c);
  if (callee.kind === "declared") return callFn(callee, args, e.span, scope, c);
  return callBuiltin(
    callee.name,
    args.map((arg) => arg ?? unknown),
    e.span,
    c,
  );
}

function callBlock(block: BlockValue, e: Call, scope: Scope, c: Context): Value {
  switch (block.kind) {
    case "operator": {
      const called = callOperator(block, e.args, e.span, scope, c);
      return called ? blockOf(called) : unknownTensor;
    }
    case "declared": {
      const args = bindDeclared(block, e.args, e.span, scope, c);
      return args ? blockOf({ ...block, args }) : unknownTensor;
    }
    case "named": {
      const inner = callBlock(block.block, e, scope, c);
      return inner.kind === "block" ? blockOf({ ...block, block: inner.block }) : inner;
    }
    default: {
      const actual =
        block.kind === "shared" ? "a shared block, which has its parameters already" : `a ${block.kind} of blocks`;
      c.report("DM3101/value", e.callee.span, {
        what: "what is called",
        expected: "a block with open parameters",
        actual,
      });
      return unknown;
    }
  }
}

/** The block's arguments with `args` added, each checked against its type; undefined where tensors were given. */
export function bindDeclared(
  block: DeclaredBlock,
  args: Call["args"],
  span: Call["span"],
  scope: Scope,
  c: Context,
): ReadonlyMap<string, Value> | undefined {
  const params = block.declaration.signature.params;
  const callee = block.declaration.name.text;
  const names = params.map((param) => param.name.text);
  const required = params.filter((param) => !param.default).map((param) => param.name.text);
  const bound = bindArguments({ callee, names, args, bound: block.args, span, required }, scope, c);
  if (!bound) return undefined;
  const merged = new Map(block.args);
  for (const [name, { value, span: place }] of bound) {
    const param = params.find((each) => each.name.text === name);
    merged.set(name, (param && fits(value, param, callee, block.module, place, c)) ?? unknown);
  }
  return merged;
}

/** A `fn` sees its parameters and the declarations of its file; what it builds stands where it is called. */
function callFn(
  { declaration, module }: Extract<FunctionValue, { kind: "declared" }>,
  args: readonly (Value | undefined)[],
  span: Span,
  { paths }: Scope,
  c: Context,
): Value {
  const name = declaration.name.text;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths };
  if (args.length > declaration.params.length) {
    const names = declaration.params.map((param) => param.name.text).join(", ");
    c.report("DM3102/many", span, { callee: name, count: declaration.params.length, names, given: args.length });
    return unknown;
  }
  for (const [index, param] of declaration.params.entries())
    scope.names.set(param.name.text, fnArgument(param, args[index], name, scope, span, c));
  // With open arguments both ways of an `if` are looked at, so a recursion would not end; `check` looks at each function once.
  if (c.mode.isOpen && [...scope.names.values()].some(holdsUnknown)) return unknown;
  if (c.functionDepth >= 120) {
    c.report("DM3207", span, { name, levels: 121 });
    return unknown;
  }
  c.functionDepth++;
  try {
    return fnResult(declaration, scope, c);
  } finally {
    c.functionDepth--;
  }
}

/** What the function gives, as its declared type sees it. */
export function fnResult({ name, value, result }: Fn, scope: Scope, c: Context): Value {
  const answer = evaluate(value, scope, c);
  return result ? given(`the result of ${name.text}`, answer, result, scope.module, value.span, c) : answer;
}

function fnArgument(
  param: Param,
  value: Value | undefined,
  callee: string,
  scope: Scope,
  span: Span,
  c: Context,
): Value {
  if (value !== undefined) return declared(value, param, callee, scope.module, span, c) ?? unknown;
  if (param.default) return defaultOf(param, callee, scope, c);
  c.report("DM3111", span, { callee, param: param.name.text });
  return unknown;
}
