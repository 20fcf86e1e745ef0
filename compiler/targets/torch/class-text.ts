// A class as Python: docstring, constructor, forward.
import { type Expression, type Literal, member, name as named } from "../../ops/kit/python.ts";
import { type Class, variadicOf } from "./classes.ts";
import { flowOf } from "./flow.ts";
import type { Parameter } from "./parameters.ts";
import { literalText, statement } from "./printer.ts";
import { docstring, functionHead } from "./python.ts";
import { type Crowded, type Fill, made, type Template } from "./template.ts";

/** What stands in holes, in the order in which the template has them. */
export function fillFrom(fillings: Class["fillings"]): Fill {
  let next = 0;
  return () => fillings[next++] ?? [];
}

export function classText(shown: Class, crowded: Crowded): readonly string[] {
  const [template] = shown.templates;
  if (!template) throw new Error(`internal: ${shown.name} has no use`);
  const { doc, docs = new Map<string, string>() } = template.scope.instance ?? {};
  const names = new Set(shown.parameters.map(({ name }) => name));
  const explained = [...docs].filter(([name]) => names.has(name)).map(([name, text]) => `${name}: ${text}`);
  const fill = fillFrom(shown.fillings);
  const modules = moduleLines(template, fill, docs);
  const stored = new Set<string>();
  const keep: Fill = (hole) => fill(hole).map((value) => kept(value, names, stored));
  const { scope, init } = template;
  const members = new Set(init.entries.keys());
  const comments = new Map([...docs].filter(([name]) => !members.has(name)));
  const { inputs, lines } = flowOf(scope, { crowded, init, fill: keep, docs: comments });
  const types = scope.inputs.map(({ size }) => (size === undefined ? "Tensor" : "int"));
  const result = scope.outputs.length === 1 ? "Tensor" : `tuple[${scope.outputs.map(() => "Tensor").join(", ")}]`;
  return [
    `class ${shown.name}(nn.Module):`,
    ...spaced(docstring([doc ?? "", ...explained], 1)),
    ...spaced(
      constructorText(shown.parameters, [...[...stored].map((name) => `        self.${name} = ${name}`), ...modules]),
    ),
    ...functionHead("def forward", ["self", ...inputs.map((name, i) => `${name}: ${types[i]}`)], result, 1),
    ...lines,
  ];
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

/** A value of an expression in `forward` that a caller gives is kept by the constructor. */
function kept(value: Expression, names: ReadonlySet<string>, stored: Set<string>): Expression {
  if (value.kind === "operation") {
    return { ...value, operands: value.operands.map((operand) => kept(operand, names, stored)) };
  }
  if (value.kind !== "name" || !names.has(value.name)) return value;
  stored.add(value.name);
  return member(named("self"), value.name);
}

/** `self.conv = nn.Conv2d(…)`, each behind its comment. */
export function moduleLines(template: Template, fill: Fill, docs: ReadonlyMap<string, string>): readonly string[] {
  return [...template.init.entries].flatMap(([name, node]) => {
    const comment = (docs.get(name)?.split("\n") ?? []).map((line) => `        # ${line.trim()}`.trimEnd());
    return [...comment, ...statement(`self.${name} = `, made(node, name, fill), 2)];
  });
}

function constructorText(parameters: readonly Parameter[], lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    ...functionHead("def __init__", ["self", ...parametersText(parameters)], "None", 1),
    "        super().__init__()",
    ...lines,
  ];
}

function parametersText(parameters: readonly Parameter[]): readonly string[] {
  const variadic = variadicOf(parameters);
  return parameters.map((parameter) => {
    const { name, kind, values, usual } = parameter;
    if (parameter === variadic) return `*${name}: nn.Module`;
    if (kind === "list") return `${name}: list[nn.Module]`;
    if (kind === "module") return `${name}: nn.Module`;
    const type = typesOf([...(values as readonly Literal[]), ...(usual === undefined ? [] : [usual])]);
    return `${name}: ${type}${usual === undefined ? "" : ` = ${literalText(usual)}`}`;
  });
}

function typesOf(values: readonly Literal[]): string {
  const types = new Set(values.map(typeOf));
  if (types.has("float")) types.delete("int");
  return [...types].join(" | ");
}

function typeOf(value: Literal): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  const [first] = value;
  if (value.length === 2 && first === value[1]) return "int";
  return `tuple[${value.map(() => "int").join(", ")}]`;
}
