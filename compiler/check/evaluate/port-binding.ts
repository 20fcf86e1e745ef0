// What flows into a declared block, bound to its ports and held against their equations.

import type { Expansion, Port, Span } from "../../../grammar/index.ts";
import type { TensorType } from "../../ir/graph.ts";
import { reportCount } from "../compute/operator-inputs.ts";
import {
  bindDimensions,
  type Leading,
  leadingAxes,
  nestedPort,
  openDimensions,
  type PortType,
  portType,
} from "../compute/port-types.ts";
import { readable } from "../compute/skips.ts";
import type { Context } from "../state/context.ts";
import { tensorsIn } from "../values/data.ts";
import { showType } from "../values/show.ts";
import { type DeclaredBlock, type Scope, unknown, unknownTensor, type Value } from "../values/value.ts";
import type { InputStatement } from "./body.ts";
import { brokenAxis } from "./result-types.ts";

/** One use of a declared block whose body is about to be run. */
export interface Use {
  readonly block: DeclaredBlock;
  /** The names of the body. */
  readonly scope: Scope;
  readonly leading: Leading;
  /** Where the block is used. */
  readonly span: Span;
}

/** The values for `count` ports: a tuple for several, the value itself for one. */
export function flowing(input: Value, count: number): readonly Value[] {
  if (input.kind === "tuple" || (input.kind === "list" && count !== 1)) return input.items;
  return [input];
}

export function bindPorts(use: Use, ports: readonly Port[], pending: Value[], c: Context): boolean {
  const { block, scope, span } = use;
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
      reportHeld(block.name, port.name.text, value, span, c);
      return false;
    }
    if (!readable(value.tensor, span, c)) return false;
    if (!bindTensor(use, port, type, value.tensor.type, c)) return false;
  }
  return true;
}

/** What flows in is no tensor, but holds tensors: more than one, or one that lies in a list. */
function reportHeld(callee: string, port: string, value: Value, span: Span, c: Context): void {
  const count = tensorsIn(value).length;
  const isOne = count === 1 && value.kind === "list";
  const given = isOne ? "a list that holds one flows in" : `${count} flow in`;
  const help = isOne ? [`take it out: \`let stages = …\`, then \`stages[0] -> ${callee}\``] : [];
  c.report("DM3112", span, { callee, count: "one tensor", names: port, given }, { help });
}

/** Binds what one tensor says of the sizes; false after a report where its rank does not fit. */
function bindTensor(
  { block, scope, leading, span }: Use,
  port: Port | InputStatement,
  type: PortType,
  actual: TensorType,
  c: Context,
): boolean {
  if (bindDimensions(type, actual, scope, leading)) {
    c.leads(leadingAxes(type, actual.dims.length));
    return true;
  }
  const shown = showType(actual, (dim) => c.sizes.show(dim));
  const slots = { callee: block.name, wanted: type.text, port: port.name.text, actual: shown };
  c.report("DM4207/rank", span, slots, { chain: callers(c) });
  return false;
}

/** An `input` statement of a model that is used inside another one: the next value that flows in. */
export function nestedInput(use: Use, statement: InputStatement, pending: Value[], c: Context): Value {
  const { block, span } = use;
  const value = pending.shift();
  if (value === undefined) {
    reportCount(block.name, [statement.name.text], 0, span, c);
    return unknownTensor;
  }
  const type = typeOf(block, statement, c);
  if (!type || value.kind !== "tensor") return value;
  return bindTensor(use, statement, type, value.tensor.type, c) ? value : unknownTensor;
}

/** The uses around the one that the caller got wrong. */
const callers = (c: Context): readonly Expansion[] => c.chain().slice(0, -1);

function typeOf(block: DeclaredBlock, port: Port | InputStatement, c: Context): PortType | undefined {
  const type = portType(port.type, block.module, c);
  return type && block.declaration.kind === "model" ? nestedPort(type) : type;
}

/** `at` on a model inside another one: what flows in must have that size. */
export function checkFixed({ block, scope, span }: Use, c: Context): boolean {
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

export function checkPorts({ block, scope, span }: Use, ports: readonly Port[], c: Context): boolean {
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
