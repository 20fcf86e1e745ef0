// One use of a declared block: parameters, port equations, `where`, body, result. Blocks are expanded
// per use with their actual parameters and sizes, like templates.
import { type Expansion, nearest, type Port, type Span } from "../../grammar/index.ts";
import { applyBlock } from "./apply.ts";
import { assume } from "./assume.ts";
import { type InputStatement, runBody } from "./body.ts";
import type { Context } from "./context.ts";
import { evaluate } from "./expressions.ts";
import { openInstance } from "./instances.ts";
import { readable } from "./joins.ts";
import { blockKey, keyOfData } from "./keys.ts";
import { reportCount } from "./operators.ts";
import {
  bindDimensions,
  brokenAxis,
  checkResult,
  type Leading,
  nestedPort,
  openDimensions,
  type PortType,
  portType,
} from "./ports.ts";
import type { PathScope, Scope } from "./scope.ts";
import { staticDiagnostics } from "./static.ts";
import { hasInputs } from "./underlying.ts";
import { type DeclaredBlock, show, showType, tensorsIn, unknown, unknownTensor, type Value } from "./values.ts";

const recursionLimit = 120;
/** All open uses together; deeper nesting would exhaust the stack. */
const frameLimit = 400;

export interface Use {
  readonly paths: PathScope;
  readonly span: Span;
}

export function expand(block: DeclaredBlock, input: Value, use: Use, c: Context): Value {
  if (!ready(block, use.span, c)) return unknownTensor;
  if (c.mode === "generic") return unknownTensor;
  const remembers = c.mode === "sizes" && c.shares.length === 0;
  const key = remembers ? `${blockKey(block)} ${[...c.dropped].join()} ${keyOfData(input)}` : "";
  const known = remembers ? c.expansions.get(key) : undefined;
  if (known) {
    if (known.weighted && use.paths.counted) c.fragilePath(use.paths.counted, use.span);
    c.builder.count += known.count;
    for (const skip of known.skips) c.skips.add(skip);
    return known.value;
  }
  const { count: before, weighted: weightedBefore } = c.builder;
  const skipsOutside = new Set(c.skips);
  c.skips.clear();
  const value = insideFrame(block, use.span, c, () => expandBody(block, input, use, c));
  const skips = [...c.skips];
  c.skips.clear();
  for (const skip of [...skipsOutside, ...skips]) c.skips.add(skip);
  const weighted = c.builder.weighted > weightedBefore;
  if (weighted && use.paths.counted) c.fragilePath(use.paths.counted, use.span);
  if (remembers) c.expansions.set(key, { value, count: c.builder.count - before, weighted, skips });
  return value;
}

/** Reports what makes any use of the block impossible: mistakes in its text, missing arguments, endless recursion. */
function ready(block: DeclaredBlock, span: Span, c: Context): boolean {
  const { declaration } = block;
  const mistakes = staticDiagnostics(block.module, declaration).filter((diagnostic) => diagnostic.severity === "error");
  for (const mistake of mistakes) c.add({ ...mistake, chain: c.chain() });
  if (mistakes.length > 0) return false;
  if (declaration.kind === "model" && declaration.family && !block.row) {
    c.report("DM2005/missing", span, { family: block.name }, { help: [`write ${block.name}[…]`] });
    return false;
  }
  for (const param of declaration.signature.params) {
    if (param.default || block.args.has(param.name.text)) continue;
    c.report("DM3111", span, { callee: declaration.name.text, param: param.name.text });
    return false;
  }
  const levels = c.frames.filter((frame) => frame.block.declaration === declaration).length;
  if (levels < recursionLimit && c.frames.length < frameLimit) return true;
  c.report("DM3207", span, {
    name: declaration.name.text,
    levels: (levels >= recursionLimit ? levels : c.frames.length) + 1,
  });
  return false;
}

/** Opens a frame, so that messages and nodes know the uses that led to them. */
export function insideFrame<Result>(block: DeclaredBlock, span: Span, c: Context, run: () => Result): Result {
  let text: string | undefined;
  const frame = {
    block,
    span,
    text: () => {
      text ??= useText(block);
      return text;
    },
  };
  const outside = c.dropped;
  if (block.dropped.length > 0) c.dropped = new Set([...outside, ...block.dropped.map((name) => name.text)]);
  c.frames.push(frame);
  try {
    const result = run();
    reportMissingSkips(block, c);
    return result;
  } finally {
    c.frames.pop();
    c.dropped = outside;
  }
}

function reportMissingSkips(block: DeclaredBlock, c: Context): void {
  if (c.mode === "build") return;
  for (const name of block.dropped) {
    if (c.skips.has(name.text) || c.failed) continue;
    const skips = [...c.skips];
    const guess = nearest(name.text, skips);
    c.report(
      "DM5302",
      name.span,
      { model: name.owner, name: name.text },
      {
        notes: [skips.length === 0 ? "it has no skips" : `its skips are ${skips.join(", ")}`],
        help: guess === undefined ? [] : [`did you mean ${guess}?`],
      },
    );
  }
}

/** `Hourglass([128,128,192], [1,2,2], 2)`. */
export function useText(block: DeclaredBlock): string {
  const params = block.declaration.signature.params;
  const shown: string[] = [];
  for (const [index, param] of params.entries()) {
    const value = block.args.get(param.name.text);
    if (value !== undefined) shown.push(shown.length === index ? show(value) : `${param.name.text} = ${show(value)}`);
  }
  return block.declaration.kind === "model" ? block.name : `${block.name}(${shown.join(", ")})`;
}

function expandBody(block: DeclaredBlock, input: Value, use: Use, c: Context): Value {
  const { declaration, module } = block;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: use.paths };
  if (c.mode === "build") c.builder.instances.push(openInstance(block, use, scope));
  if (!hasInputs(declaration)) return throughBlock(block, input, scope, use, c);
  bindGiven(block, scope);
  const leading: Leading = { dims: undefined };
  const ports = declaration.signature.ports ?? [];
  const pending = [...flowing(input, ports.length)];
  if (!bindPorts(block, ports, pending, scope, leading, use.span, c)) return unknownTensor;
  if (!checkFixed(block, scope, use.span, c)) return unknownTensor;
  if (!bindDefaults(block, scope, c) || !checkPorts(block, ports, scope, use.span, c)) return unknownTensor;
  if (!assume(block, scope, use.span, c)) return unknownTensor;
  const result = runBody(block, scope, c, (statement) =>
    nestedInput(statement, block, pending, scope, leading, use.span, c),
  );
  const type = declaration.signature.result;
  if (type)
    checkResult(resultType(type, block), result.value, declaration.name.text, scope, leading, declaration.name.span, c);
  return result.value;
}

/** The result type of a nested model: its batch axis is whatever leads. */
function resultType(
  type: NonNullable<DeclaredBlock["declaration"]["signature"]["result"]>,
  block: DeclaredBlock,
): typeof type {
  if (block.declaration.kind !== "model" || type.kind !== "tensor" || type.leading) return type;
  return { ...type, leading: true, dims: type.dims.slice(1) };
}

/** A block without inputs of its own is the block that its body makes. */
function throughBlock(block: DeclaredBlock, input: Value, scope: Scope, use: Use, c: Context): Value {
  bindGiven(block, scope);
  if (!bindDefaults(block, scope, c) || !assume(block, scope, use.span, c)) return unknownTensor;
  const { value } = runBody(block, scope, c, () => unknown);
  if (value.kind === "block")
    return applyBlock(value.block, input, { paths: use.paths, span: use.span, inside: true }, c);
  if (value.kind === "unknown") return unknown;
  c.report("DM3112", use.span, {
    callee: block.name,
    count: "no input",
    names: "it has no `on`",
    given: "one flows in",
  });
  return unknownTensor;
}

export function bindGiven(block: DeclaredBlock, scope: Scope): void {
  if (block.row) scope.names.set(block.row.variable, block.row.value);
  for (const [name, value] of block.args) scope.names.set(name, value);
}

/** Defaults may use earlier parameters and the sizes of the input. */
export function bindDefaults(block: DeclaredBlock, scope: Scope, c: Context): boolean {
  for (const param of block.declaration.signature.params) {
    if (scope.names.has(param.name.text)) continue;
    if (!param.default) return false;
    scope.names.set(param.name.text, evaluate(param.default, scope, c));
  }
  return true;
}

/** The values for `count` ports: a tuple for several, the value itself for one. */
function flowing(input: Value, count: number): readonly Value[] {
  if (input.kind === "tuple" || (input.kind === "list" && count !== 1)) return input.items;
  return [input];
}

function bindPorts(
  block: DeclaredBlock,
  ports: readonly Port[],
  pending: Value[],
  scope: Scope,
  leading: Leading,
  span: Span,
  c: Context,
): boolean {
  const names = ports.map((port) => port.name.text);
  const exact =
    block.declaration.body.kind === "expression" ||
    !block.declaration.body.statements.some((statement) => statement.kind === "input");
  if (pending.length < ports.length || (exact && pending.length > ports.length)) {
    reportCount(block.name, names, pending.length, span, c);
    return false;
  }
  for (const port of ports) {
    const value = pending.shift() ?? unknown;
    scope.names.set(port.name.text, value);
    const type = typeOf(block, port, c);
    if (!type) continue;
    if (value.kind === "unknown") {
      openDimensions(type, scope);
      continue;
    }
    if (value.kind !== "tensor") {
      c.report("DM3112", span, {
        callee: block.name,
        count: "one tensor",
        names: port.name.text,
        given: `${tensorsIn(value).length} flow in`,
      });
      return false;
    }
    if (!readable(value.tensor, span, c)) return false;
    if (bindDimensions(type, value.tensor.type, scope, leading)) continue;
    const actual = showType(value.tensor.type, (dim) => c.sizes.show(dim));
    c.report(
      "DM4207/rank",
      span,
      { callee: block.name, wanted: type.text, port: port.name.text, actual },
      { chain: callers(c) },
    );
    return false;
  }
  return true;
}

/** An `input` statement of a model that is used inside another one: the next value that flows in. */
function nestedInput(
  statement: InputStatement,
  block: DeclaredBlock,
  pending: Value[],
  scope: Scope,
  leading: Leading,
  span: Span,
  c: Context,
): Value {
  const value = pending.shift();
  if (value === undefined) {
    reportCount(block.name, [statement.name.text], 0, span, c);
    return unknownTensor;
  }
  const type = typeOf(block, statement, c);
  if (!type || value.kind !== "tensor" || bindDimensions(type, value.tensor.type, scope, leading)) return value;
  const actual = showType(value.tensor.type, (dim) => c.sizes.show(dim));
  c.report(
    "DM4207/rank",
    span,
    { callee: block.name, wanted: type.text, port: statement.name.text, actual },
    { chain: callers(c) },
  );
  return unknownTensor;
}

/** The uses around the one that the caller got wrong. */
const callers = (c: Context): readonly Expansion[] => c.chain().slice(0, -1);

function typeOf(block: DeclaredBlock, port: Port | InputStatement, c: Context): PortType | undefined {
  const type = portType(port.type, block.module, c);
  return type && block.declaration.kind === "model" ? nestedPort(type) : type;
}

/** `at` on a model inside another one: what flows in must have that size. */
function checkFixed(block: DeclaredBlock, scope: Scope, span: Span, c: Context): boolean {
  for (const [name, fixed] of block.at) {
    const value = scope.names.get(name);
    if (value?.kind !== "int" || c.sizes.require(value.dim, "==", fixed.dim, c.asker(`at (${name} = …)`, fixed.span)))
      continue;
    const slots = {
      callee: block.name,
      wanted: `${name} = ${c.sizes.show(fixed.dim)}`,
      port: "its input",
      axis: name,
      expected: c.sizes.show(fixed.dim),
      actual: c.sizes.show(value.dim),
    };
    c.report("DM4207", span, slots, { labels: [{ span: fixed.span, text: "fixed here" }], chain: callers(c) });
    return false;
  }
  return true;
}

function checkPorts(block: DeclaredBlock, ports: readonly Port[], scope: Scope, span: Span, c: Context): boolean {
  for (const port of ports) {
    const value = scope.names.get(port.name.text);
    const type = value?.kind === "tensor" ? typeOf(block, port, c) : undefined;
    if (value?.kind !== "tensor" || !type) continue;
    const broken = brokenAxis(type, value.tensor.type, scope, `port ${port.name.text} of ${block.name}`, c);
    c.reportConflicts(span);
    if (!broken) continue;
    const actual = showType(value.tensor.type, (dim) => c.sizes.show(dim));
    const slots = {
      callee: block.name,
      wanted: type.text,
      port: port.name.text,
      axis: broken.axis,
      expected: c.sizes.show(broken.expected),
      actual,
    };
    const help = broken.axis === -1 ? [`project first: \`-> conv(${c.sizes.show(broken.expected)}, k = 1)\``] : [];
    c.report("DM4207", span, slots, {
      labels: [{ span: broken.dim.span, text: "fixed here" }],
      help,
      chain: callers(c),
    });
    return false;
  }
  return true;
}
