// One use of a declared block: parameters, port equations, `where`, body, result. Blocks are expanded
// per use with their actual parameters and sizes, like templates.

import type { Span } from "../../../grammar/index.ts";
import type { Context } from "../state/context.ts";
import { isShallow, wasTooDeep } from "../state/depth.ts";
import { openExpansion, rememberExpansion, rememberedExpansion, reuse } from "../state/expansions.ts";
import { openFrame, reportMissingSkips } from "../state/frames.ts";
import { openInstance } from "../state/instances.ts";
import type { Expanded } from "../state/session.ts";
import { hasInputs } from "../text/signature.ts";
import { staticMistakes } from "../text/static/static.ts";
import type { PathScope } from "../values/paths.ts";
import { type DeclaredBlock, type Scope, unknown, unknownTensor, type Value } from "../values/value.ts";
import { applyBlock } from "./apply.ts";
import { runBody } from "./body.ts";
import { defaultOf } from "./defaults.ts";
import { bindPorts, checkFixed, checkPorts, flowing, nestedInput, type Use } from "./port-binding.ts";
import { checkResult } from "./result-types.ts";
import { assume } from "./where.ts";

/** Where a block is used, and the paths that its body gets. */
interface UsedAt {
  readonly paths: PathScope;
  readonly span: Span;
}

export function expand(block: DeclaredBlock, input: Value, at: UsedAt, c: Context): Value {
  if (!ready(block, at.span, c)) return unknownTensor;
  if (c.mode.isOpen) return unknownTensor;
  // After a mistake the sizes are unknown, and with them what would end a recursion.
  if (input.kind === "unknown" && (c.levels.get(block.declaration) ?? 0) > 0) return unknownTensor;
  if (!c.mode.remembersUses || c.shares.length > 0) return expandInFrame(block, input, at, c);
  const { keys } = c.session;
  const key = `${keys.ofBlock(block)} ${[...c.dropped].join()} ${c.leading} ${keys.ofData(input)}`;
  const known = rememberedExpansion(key, c);
  if (known) reuse(known, c);
  const { value, weighted } = known ?? expandOnce(key, block, input, at, c);
  if (weighted && at.paths.counted) c.fragilePath(at.paths.counted, at.span);
  return value;
}

function expandOnce(key: string, block: DeclaredBlock, input: Value, at: UsedAt, c: Context): Expanded {
  const open = openExpansion(key, c);
  try {
    return rememberExpansion(open, expandInFrame(block, input, at, c), c);
  } finally {
    c.stopRecording(open.recording);
  }
}

/** Of a body that is run, in steps. */
const bodyCost = 150;

function expandInFrame(block: DeclaredBlock, input: Value, at: UsedAt, c: Context): Value {
  if (!c.mode.builds) c.step(at.span, bodyCost);
  const close = openFrame(block, at.span, c);
  try {
    const value = expandBody(block, input, at, c);
    reportMissingSkips(block, c);
    return value;
  } finally {
    close();
  }
}

/** Reports what makes any use of the block impossible: mistakes in its text, missing arguments, endless recursion. */
function ready(block: DeclaredBlock, span: Span, c: Context): boolean {
  const { declaration } = block;
  const mistakes = staticMistakes(block.module, declaration, c.session.text);
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
  return !wasTooDeep(declaration, c) && isShallow(block, span, c);
}

function expandBody(block: DeclaredBlock, input: Value, at: UsedAt, c: Context): Value {
  const { declaration, module } = block;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths: at.paths };
  if (c.mode.builds) c.builder.instances.push(openInstance(block, at, scope));
  if (!hasInputs(declaration)) return throughBlock(block, input, scope, at, c);
  bindGiven(block, scope);
  const use: Use = { block, scope, leading: { dims: undefined }, span: at.span };
  const ports = declaration.signature.ports ?? [];
  const pending = [...flowing(input, ports.length)];
  if (!bindPorts(use, ports, pending, c)) return unknownTensor;
  if (!checkFixed(use, c)) return unknownTensor;
  if (!bindDefaults(block, scope, c) || !checkPorts(use, ports, c)) return unknownTensor;
  if (!assume(block, scope, at.span, c)) return unknownTensor;
  const result = runBody(block, scope, c, (statement) => nestedInput(use, statement, pending, c));
  const type = declaration.signature.result;
  if (type)
    checkResult(
      resultType(type, block),
      result.value,
      declaration.name.text,
      scope,
      use.leading,
      declaration.name.span,
      c,
    );
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
function throughBlock(block: DeclaredBlock, input: Value, scope: Scope, at: UsedAt, c: Context): Value {
  bindGiven(block, scope);
  if (!bindDefaults(block, scope, c) || !assume(block, scope, at.span, c)) return unknownTensor;
  const { value } = runBody(block, scope, c, () => unknown);
  if (value.kind === "block")
    return applyBlock(value.block, input, { paths: at.paths, span: at.span, inside: true }, c);
  if (value.kind === "unknown") return unknown;
  c.report("DM3112", at.span, {
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
    scope.names.set(param.name.text, defaultOf(param, block.declaration.name.text, scope, c));
  }
  return true;
}
