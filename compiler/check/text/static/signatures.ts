// Signatures: parameters, ports and the dimensions that they bind, results.
import { type Expression, type Param, type Signature, type TypeAtom, textOf } from "../../../../grammar/index.ts";
import { declarationNamed } from "../reach.ts";
import { membersOfParam } from "./arms.ts";
import { find, type Names } from "./body-names.ts";
import { checkExpression, checkType, checkTypeAtom } from "./expressions.ts";
import type { Findings } from "./findings.ts";
import { define, isGlobal } from "./names.ts";
import { channelsFirst, oneNameForAll } from "./traps.ts";

export function checkSignature(signature: Signature, names: Names, findings: Findings): void {
  const ports = signature.ports ?? [];
  for (const port of ports) bindDimensions(port.type, names, findings);
  for (const param of signature.params) {
    checkParam(param, names, findings);
    checkNoTensor(param, findings);
  }
  for (const port of ports) define(port.name, names, findings);
  for (const port of ports) checkInput(port.type, names, findings);
}

export function checkInput(type: TypeAtom, names: Names, findings: Findings): void {
  checkTypeAtom(type, names, findings);
  channelsFirst(type, findings);
  oneNameForAll(type, findings);
}

export function checkParam(param: Param, names: Names, findings: Findings): void {
  if (param.default) checkExpression(param.default, names, findings);
  if (param.type) checkType(param.type, findings);
  const members = membersOfParam(param, findings.module);
  if (members) findings.enums.set(param.name.text, members);
  define(param.name, names, findings);
}

/** A parameter is known at compile time; a type with axes was meant as an input. */
function checkNoTensor({ name, type }: Param, findings: Findings): void {
  if (type?.kind !== "tensor" || (!type.leading && type.dims.length === 0)) return;
  const slots = {
    what: `parameter ${name.text}`,
    expected: "known at compile time",
    actual: `a tensor ${textOf(type.span)}`,
  };
  const help = [`what flows in stands behind \`on\`: \`on ${name.text}: ${textOf(type.span)}\``];
  findings.report("DM3101/value", type.span, slots, { help });
}

/** Bare capital names of a port are dimension variables. */
export function bindDimensions(type: TypeAtom, names: Names, findings: Findings): void {
  if (type.kind === "fields") for (const field of type.fields) bindDimensions(field.type, names, findings);
  if (type.kind === "named") {
    const found = declarationNamed(findings.module, type.name.text);
    if (found?.declaration.kind === "type" && found.declaration.type.kind === "tensor")
      bindDimensions(found.declaration.type, names, findings);
  }
  if (type.kind !== "tensor") return;
  for (const dim of type.dims) {
    if (dim.kind === "name" && /^[A-Z]/.test(dim.text) && !names.defined.has(dim.text))
      names.defined.set(dim.text, dim.span);
  }
}

export function checkResultType(signature: Signature, names: Names, findings: Findings): void {
  if (!signature.result) return;
  for (const dim of dimsOf(signature.result)) {
    if (dim.kind !== "name" || !/^[A-Z]/.test(dim.text) || find(names, dim.text) || isGlobal(dim.text, findings))
      continue;
    if (signature.ports) findings.report("DM2011", dim.span, { name: dim.text });
    names.defined.set(dim.text, dim.span);
  }
  checkTypeAtom(signature.result, names, findings);
}

function dimsOf(type: TypeAtom): readonly Expression[] {
  if (type.kind === "tensor") return type.dims;
  return type.kind === "fields" ? type.fields.flatMap((field) => dimsOf(field.type)) : [];
}
