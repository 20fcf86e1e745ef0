// A class as Python: docstring, constructor, forward.
import type { TorchLiteral } from "../../ops/torch.ts";
import { type Class, variadicOf } from "./classes.ts";
import { flowOf } from "./flow.ts";
import type { Parameter } from "./parameters.ts";
import { docstring, literalText, statement } from "./python.ts";
import { type Crowded, type Fill, type Hole, initText, type Template } from "./template.ts";

/** The texts of holes, in the order in which the template has them. */
export function fillFrom(fillings: readonly (string | undefined)[]): Fill {
  let next = 0;
  return () => fillings[next++];
}

export function classText(made: Class, crowded: Crowded): readonly string[] {
  const [template] = made.templates;
  if (!template) throw new Error(`internal: ${made.name} has no use`);
  const { doc, docs = new Map<string, string>() } = template.scope.instance ?? {};
  const names = new Set(made.parameters.map(({ name }) => name));
  const explained = [...docs].filter(([name]) => names.has(name)).map(([name, text]) => `${name}: ${text}`);
  const fill = fillFrom(made.fillings);
  const made_ = moduleLines(template, fill, docs);
  const stored: string[] = [];
  const keep: Fill = (hole) => stateText(hole, fill, names, stored);
  const { scope, init } = template;
  const members = new Set(init.entries.keys());
  const comments = new Map([...docs].filter(([name]) => !members.has(name)));
  const { inputs, lines } = flowOf(scope, { crowded, init, fill: keep, docs: comments });
  const types = scope.inputs.map(({ size }) => (size === undefined ? "Tensor" : "int"));
  const result = scope.outputs.length === 1 ? "Tensor" : `tuple[${scope.outputs.map(() => "Tensor").join(", ")}]`;
  return [
    ...statement(`class ${made.name}(nn.Module):`, 0),
    ...spaced(docstring([doc ?? "", ...explained], 1)),
    ...spaced(constructorText(made.parameters, [...stored, ...made_])),
    ...signature("forward", ["self", ...inputs.map((name, i) => `${name}: ${types[i]}`)], result),
    ...lines,
  ];
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

/** A value of an expression in `forward` that a caller gives is kept by the constructor. */
function stateText(hole: Hole, fill: Fill, names: ReadonlySet<string>, stored: string[]): string | undefined {
  const text = fill(hole);
  if (text === undefined || !/[a-z]/.test(text) || text.startsWith('"') || /^(True|False|float\()/.test(text))
    return text;
  const words = (text.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => names.has(word));
  for (const word of words) {
    const line = `        self.${word} = ${word}`;
    if (!stored.includes(line)) stored.push(line);
  }
  return text.replace(/[A-Za-z_]\w*/g, (word) => (names.has(word) ? `self.${word}` : word));
}

/** `self.conv = nn.Conv2d(…)`, each behind its comment. */
export function moduleLines(template: Template, fill: Fill, docs: ReadonlyMap<string, string>): readonly string[] {
  return [...template.init.entries].flatMap(([name, node]) => {
    const comment = (docs.get(name)?.split("\n") ?? []).map((line) => `        # ${line.trim()}`.trimEnd());
    return [...comment, ...statement(`self.${name} = ${initText(node, name, fill)}`, 2)];
  });
}

function constructorText(parameters: readonly Parameter[], lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    ...signature("__init__", ["self", ...parametersText(parameters)], "None"),
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
    const type = typesOf([...(values as readonly TorchLiteral[]), ...(usual === undefined ? [] : [usual])]);
    return `${name}: ${type}${usual === undefined ? "" : ` = ${literalText(usual)}`}`;
  });
}

function typesOf(values: readonly TorchLiteral[]): string {
  const types = new Set(values.map(typeOf));
  if (types.has("float")) types.delete("int");
  return [...types].join(" | ");
}

function typeOf(value: TorchLiteral): string {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  const [first] = value;
  if (value.length === 2 && first === value[1]) return "int";
  return `tuple[${value.map(() => "int").join(", ")}]`;
}

/** `def name(…) -> result:`, one parameter a line where it is long. */
export function signature(name: string, params: readonly string[], result: string): readonly string[] {
  const line = `    def ${name}(${params.join(", ")}) -> ${result}:`;
  if (line.length <= 88) return [line];
  return [`    def ${name}(`, ...params.map((param) => `        ${param},`), `    ) -> ${result}:`];
}
