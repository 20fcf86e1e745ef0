// The body of a model, run on inputs that are made from its own port types.
import type { Expression, Name, Param } from "../../../grammar/index.ts";
import type { GraphInput, Provenance } from "../../ir/graph.ts";
import { type Dim, DimLimitError, isSymbolic, variable } from "../../sizes/dim/dim.ts";
import { checkDimensions } from "../compute/dimensions.ts";
import { leadingAxes } from "../compute/port-types.ts";
import { type BodyResult, type InputStatement, type NamedValue, runBody } from "../evaluate/body.ts";
import { bindDefaults, bindGiven } from "../evaluate/expand.ts";
import { inputType, leadingDim } from "../evaluate/input-types.ts";
import { checkResult } from "../evaluate/result-types.ts";
import { assume } from "../evaluate/where.ts";
import type { Context } from "../state/context.ts";
import { wasTooDeep } from "../state/depth.ts";
import { insideFrame } from "../state/frames.ts";
import { hasInputs, inputDimensions } from "../text/signature.ts";
import { staticMistakes } from "../text/static/static.ts";
import { holdsUnknown, tensorsIn } from "../values/data.ts";
import { rootPaths } from "../values/paths.ts";
import { kindOf } from "../values/show.ts";
import { type DeclaredBlock, int, type Scope, tensorOf, unknown, type Value } from "../values/value.ts";
import { provenanceOf } from "./annotations/index.ts";

export interface Root {
  readonly scope: Scope;
  readonly result: BodyResult;
  readonly inputs: readonly GraphInput[];
  /** Its annotations. */
  readonly provenance: readonly Provenance[];
  /** `where H == W`: one free size stands for both. */
  readonly relations: readonly string[];
}

/** Runs a model's body on inputs made from its port types. Free dimensions become variables. */
export function runRoot(
  model: DeclaredBlock,
  c: Context,
  substitutions: ReadonlyMap<string, Dim>,
  paths = rootPaths(),
): Root | undefined {
  if (!rootReady(model, c)) return undefined;
  const { declaration, module } = model;
  const scope: Scope = { module, parent: undefined, names: new Map(), paths };
  const inputs: GraphInput[] = [];
  try {
    return insideFrame(model, declaration.name.span, c, () => {
      bindGiven(model, scope);
      for (const name of inputDimensions(declaration)) {
        const fixed = model.at.get(name)?.dim ?? substitutions.get(name) ?? variable(name);
        if (!scope.names.has(name)) scope.names.set(name, int(fixed));
      }
      const relations = model.declaration.signature.where.flatMap((condition) => unifySizes(condition, scope));
      if (!bindDefaults(model, scope, c)) return undefined;
      for (const port of declaration.signature.ports ?? [])
        scope.names.set(port.name.text, rootInput(port, scope, inputs, c));
      if (!assume(model, scope, declaration.name.span, c)) return undefined;
      const result = runBody(model, scope, c, (statement) => rootInput(statement, scope, inputs, c));
      checkRootResult(model, result, scope, c);
      checkGiven(model, result, c);
      checkAbsent(result, c);
      return { scope, result, inputs, relations, provenance: provenanceOf(model, scope, c) };
    });
  } catch (error) {
    if (!(error instanceof DimLimitError)) return c.stopped(error, model);
    c.report("DM3116", declaration.name.span, { what: `a size of ${model.name}` });
    return undefined;
  }
}

/** `where H == W` on two dimensions makes them one. */
function unifySizes(condition: Expression, scope: Scope): readonly string[] {
  if (condition.kind === "group") return unifySizes(condition.inner, scope);
  if (
    condition.kind !== "compare" ||
    condition.operator !== "==" ||
    condition.left.kind !== "name" ||
    condition.right.kind !== "name"
  )
    return [];
  const [first, second] = [condition.left.text, condition.right.text];
  const [left, right] = [scope.names.get(first), scope.names.get(second)];
  if (left?.kind !== "int" || right?.kind !== "int" || (!isSymbolic(left.dim) && !isSymbolic(right.dim))) return [];
  if (isSymbolic(right.dim)) scope.names.set(second, left);
  else scope.names.set(first, right);
  return isSymbolic(left.dim) && isSymbolic(right.dim) ? [`${first} == ${second}`] : [];
}

function rootReady(model: DeclaredBlock, c: Context): boolean {
  const { declaration, module } = model;
  const mistakes = staticMistakes(module, declaration, c.session.text);
  for (const mistake of mistakes) c.add(mistake);
  if (mistakes.length > 0 || !checkDimensions(model, model.at, c)) return false;
  if (wasTooDeep(declaration, c)) return false;
  if (declaration.kind === "model" && declaration.family && !model.row) {
    c.report("DM2005/missing", declaration.name.span, { family: model.name }, { help: [`write ${model.name}[…]`] });
    return false;
  }
  const missing = declaration.signature.params.find(
    (param: Param) => !param.default && !model.args.has(param.name.text),
  );
  if (missing) {
    c.report("DM3111", declaration.name.span, { callee: model.name, param: missing.name.text });
    return false;
  }
  if (hasInputs(declaration)) return true;
  c.report("DM3101/value", declaration.name.span, {
    what: model.name,
    expected: "a model with inputs",
    actual: "a block without `on`",
  });
  return false;
}

function rootInput(
  input: InputStatement | { readonly name: Name; readonly type: InputStatement["type"]; readonly phase?: Name },
  scope: Scope,
  inputs: GraphInput[],
  c: Context,
): Value {
  const name = input.name.text;
  const stated = inputType(input.type, scope, c);
  if (!stated) return unknown;
  const { type, port } = stated;
  c.leads(leadingAxes(port, type.dims.length));
  const absent =
    input.phase && input.phase.text !== c.phase
      ? { absent: { input: name, phase: input.phase.text, use: input.name.span } }
      : {};
  const value = c.mode.builds ? c.builder.value(type, name) : undefined;
  if (value && !input.phase) inputs.push({ name, value });
  if (value && input.phase?.text === c.phase) inputs.push({ name, value });
  return tensorOf({ type, ...(value ? { value } : {}), ...absent });
}

function checkRootResult(model: DeclaredBlock, result: BodyResult, scope: Scope, c: Context): void {
  const { signature, name } = model.declaration;
  if (!signature.result) return;
  const leading = {
    dims: signature.ports?.some((port) => port.type.kind === "tensor" && port.type.leading)
      ? [leadingDim(scope)]
      : undefined,
  };
  checkResult(signature.result, result.value, name.text, scope, leading, name.span, c);
}

/** What a model gives is tensors, and at least one. */
function checkGiven({ name }: DeclaredBlock, { returned, value, outputs, losses }: BodyResult, c: Context): void {
  const what = `the result of model ${name}`;
  const expected = "a tensor, or several";
  const loose = returned && looseIn(value);
  if (returned && loose) c.report("DM3101/value", returned.span, { what, expected, actual: kindOf(loose) });
  const none =
    returned && tensorsIn(value).length === 0 && !holdsUnknown(value) && outputs.length + losses.length === 0;
  if (returned && none && !loose)
    c.report("DM3101/value", returned.span, { what, expected, actual: `${kindOf(value)} without one` });
  for (const output of outputs) {
    const other = looseIn(output.value);
    if (other)
      c.report("DM3101/value", output.span, { what: `output ${output.name}`, expected, actual: kindOf(other) });
  }
}

/** The first part of a result that is neither a tensor nor made of tensors. */
function looseIn(value: Value): Value | undefined {
  switch (value.kind) {
    case "tensor":
    case "unknown":
      return undefined;
    case "list":
    case "tuple":
      return firstLoose(value.items);
    case "record":
      return firstLoose([...value.fields.values()]);
    default:
      return value;
  }
}

function firstLoose(parts: readonly Value[]): Value | undefined {
  for (const part of parts) {
    const loose = looseIn(part);
    if (loose) return loose;
  }
  return undefined;
}

/** An output may not need an input that does not exist in this phase. */
function checkAbsent(result: BodyResult, c: Context): void {
  const returned: NamedValue[] = result.returned
    ? [{ name: "the result", value: result.value, span: result.returned.span }]
    : [];
  for (const { name, value, span, phase } of [...result.outputs, ...result.losses, ...returned]) {
    const absent = tensorsIn(value).find((tensor) => tensor.absent)?.absent;
    if (!absent) continue;
    const labels = [{ span: absent.use, text: `exists only in ${absent.phase}` }];
    if (phase === undefined)
      c.report("DM5101", span, { input: absent.input, phase: absent.phase, used: c.phase }, { labels });
    else c.report("DM5102", span, { output: name, phase, other: absent.phase }, { labels });
  }
}
