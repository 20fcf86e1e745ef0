// A class as Python: docstring, constructor, forward.
import type { Value } from "../../ir/graph.ts";
import { type Expression, type Literal, member, name as named } from "../../ops/kit/python.ts";
import { type Class, variadicOf } from "./classes.ts";
import { flowOf } from "./flow.ts";
import type { ModuleNames } from "./module-names.ts";
import { attributeNames, attributeSpelling, type Names } from "./names.ts";
import type { Parameter } from "./parameters.ts";
import { literalText, statement } from "./printer.ts";
import { comment, docstring, functionHead } from "./python.ts";
import { type Fill, made, type Template } from "./template.ts";

/** What stands in holes, in the order in which the template has them. */
export function fillFrom(fillings: Class["fillings"]): Fill {
  let next = 0;
  return () => fillings[next++] ?? [];
}

/** `words`: what the text calls values that come together. */
export function classText(
  shown: Class,
  names: ModuleNames,
  words: ReadonlyMap<Value, string> = new Map(),
): readonly string[] {
  const [template] = shown.templates;
  if (!template) throw new Error(`internal: ${shown.name} has no use`);
  const { doc, docs = new Map<string, string>() } = template.scope.instance ?? {};
  const taken = new Map(shown.parameters.map(({ name, word }) => [word, name]));
  const explained = [...docs].flatMap(([word, text]) => (taken.has(word) ? [`${taken.get(word)}: ${text}`] : []));
  const fill = fillFrom(shown.fillings);
  const { scope, init } = template;
  const split = splitDocs(template, docs, names);
  const modules = moduleLines(template, fill, split.members);
  const state = new State(shown.parameters, init.entries.keys());
  const keep: Fill = (hole) => fill(hole).map((value) => state.kept(value));
  const { inputs, lines } = flowOf(scope, { names, init, fill: keep, docs: split.values, words });
  const types = scope.inputs.map(({ size }) => (size === undefined ? "Tensor" : "int"));
  const result = scope.outputs.length === 1 ? "Tensor" : `tuple[${scope.outputs.map(() => "Tensor").join(", ")}]`;
  return [
    `class ${shown.name}(nn.Module):`,
    ...spaced(docstring([doc ?? "", ...explained], 1)),
    ...spaced(constructorText(shown.parameters, [...state.lines(), ...modules])),
    ...functionHead("def forward", ["self", ...inputs.map((name, i) => `${name}: ${types[i]}`)], result, 1),
    ...lines,
  ];
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [...lines, ""]);

/** Values of expressions in `forward` that a caller gives: the constructor keeps them. */
class State {
  readonly #parameters: ReadonlySet<string>;
  readonly #names: Names;
  /** Attributes by the name of the parameter. */
  readonly #kept = new Map<string, string>();

  constructor(parameters: readonly Parameter[], members: Iterable<string>) {
    this.#parameters = new Set(parameters.map(({ name }) => name));
    this.#names = attributeNames(members);
  }

  kept(value: Expression): Expression {
    if (value.kind === "operation") return { ...value, operands: value.operands.map((operand) => this.kept(operand)) };
    if (value.kind !== "name" || !this.#parameters.has(value.name)) return value;
    const known = this.#kept.get(value.name) ?? this.#names.claim(attributeSpelling(value.name));
    this.#kept.set(value.name, known);
    return member(named("self"), known);
  }

  lines(): readonly string[] {
    return [...this.#kept].map(([parameter, attribute]) => `        self.${attribute} = ${parameter}`);
  }
}

interface SplitDocs {
  /** By the name of the module in Python. */
  readonly members: ReadonlyMap<string, string>;
  /** By the word of the text. */
  readonly values: ReadonlyMap<string, string>;
}

/** Comments of statements: some make modules, the others values. */
export function splitDocs({ scope, init }: Template, docs: ReadonlyMap<string, string>, names: ModuleNames): SplitDocs {
  const words = names.wordsIn(scope.address);
  const members = new Map<string, string>();
  const values = new Map(docs);
  for (const name of init.entries.keys()) {
    const word = words.get(name) ?? name;
    const text = docs.get(word);
    if (text !== undefined) members.set(name, text);
    values.delete(word);
  }
  return { members, values };
}

/** `self.conv = nn.Conv2d(…)`, each behind its comment. */
export function moduleLines(template: Template, fill: Fill, docs: ReadonlyMap<string, string>): readonly string[] {
  return [...template.init.entries].flatMap(([name, node]) => {
    return [...comment(docs.get(name), 2), ...statement(`self.${name} = `, made(node, name, fill), 2)];
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
