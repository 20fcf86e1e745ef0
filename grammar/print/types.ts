// Types, ports and parameters as text.
import type { Param, Port, Type, TypeAtom } from "../tree.ts";
import { expression, sumLevel } from "./expressions.ts";

export function type(of: Type): string {
  return of.kind === "arrow" ? `${typeAtom(of.from)} -> ${typeAtom(of.to)}` : typeAtom(of);
}

export function typeAtom(of: TypeAtom): string {
  switch (of.kind) {
    case "named":
      return of.name.text;
    case "fields":
      return `(${of.fields.map((field) => `${field.name.text}: ${typeAtom(field.type)}`).join(", ")})`;
    case "tensor": {
      const dims = of.dims.map((dim) => expression(dim, sumLevel));
      return `${of.dtype?.text ?? ""}[${[...(of.leading ? [".."] : []), ...dims].join(", ")}]`;
    }
  }
}

export function port({ name, type: of }: Port): string {
  return `${name.text}: ${typeAtom(of)}`;
}

export function param({ name, type: of, default: value }: Param): string {
  return name.text + (of ? `: ${type(of)}` : "") + (value ? ` = ${expression(value)}` : "");
}
