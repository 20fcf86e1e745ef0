// A tree as text, in one style. `parse(print(tree))` is `tree` again, apart from places; comments with
// one `#` are not in the tree, and so not in the text.
import { quote } from "./literals.ts";
import { anyLevel, args, expression, typeSuffix } from "./print/expressions.ts";
import { type Layout, layoutAt, width } from "./print/layout.ts";
import { param, port, type, typeAtom } from "./print/types.ts";
import type {
  Annotation,
  Body,
  Declaration,
  Expression,
  File,
  Param,
  Pattern,
  Signature,
  Statement,
  Table,
  TestStatement,
  Use,
  WeightRule,
} from "./tree.ts";

export function print(file: File): string {
  const head = [...(file.edition ? [`dm ${file.edition.value}`] : []), ...file.uses.map(use)];
  const parts = [...(head.length > 0 ? [head.join("\n")] : []), ...file.declarations.map(declaration)];
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

function use({ path, names }: Use): string {
  const list = names.map(({ name, alias }) => name.text + (alias ? ` as ${alias.text}` : ""));
  return `use ${quote(path)} {${list.length > 0 ? ` ${list.join(", ")} ` : ""}}`;
}

function docLines(doc: string | undefined, indent = 0): string {
  if (doc === undefined) return "";
  const margin = " ".repeat(indent);
  return doc
    .split("\n")
    .map((line) => `${margin}## ${line}`.trimEnd())
    .join("\n")
    .concat("\n");
}

function declaration(d: Declaration): string {
  return docLines(d.doc) + d.annotations.map((each) => `${annotation(each)}\n`).join("") + bare(d);
}

function annotation({ name, args: given }: Annotation): string {
  return `@${name.text}${given.length > 0 ? args(given) : ""}`;
}

function bare(d: Declaration): string {
  switch (d.kind) {
    case "const":
      return bound(`const ${d.name.text}${d.type ? `: ${type(d.type)}` : ""}`, d.value, 0);
    case "fn":
      return bound(`fn ${d.name.text}${params(d.params, true)}${d.result ? ` -> ${type(d.result)}` : ""}`, d.value, 0);
    case "type":
      return `type ${d.name.text} = ${type(d.type)}`;
    case "enum":
      return `enum ${d.name.text} = ${d.members.map(({ text }) => text).join(" | ")}`;
    case "table":
      return table(d);
    case "block":
      return composed(`block ${d.name.text}`, d.signature, d.body);
    case "model": {
      const family = d.family ? `[${d.family.variable.text} in ${expression(d.family.over)}]` : "";
      return composed(`model ${d.name.text}${family}`, d.signature, d.body);
    }
    case "test":
      return braced(
        `test ${quote(d.title)}`,
        d.statements.map((each) => testStatement(each, 2)),
      );
    case "weights":
      return braced(`weights ${expression(d.model, 9)} from ${quote(d.path)}`, weightRules(d.rules));
    case "mapping":
      return braced(`mapping ${d.name.text}`, weightRules(d.rules));
    case "defaults":
      return braced(
        "defaults",
        d.entries.map((entry) => `  ${entry.operator.text}${args(entry.args)}`),
      );
  }
}

const weightRules = (rules: readonly WeightRule[]): string[] =>
  rules.map(({ from, to }) => `  ${quote(from)} => ${quote(to)}`);

/** `head = value`, with the value broken where the line is too long. */
function bound(head: string, value: Expression, indent: number): string {
  const lead = `${head} = `;
  return lead + expression(value, anyLevel, layoutAt(indent, lead.length));
}

function braced(head: string, content: readonly string[], indent = 0): string {
  return content.length === 0 ? `${head} {}` : `${head} {\n${content.join("\n")}\n${" ".repeat(indent)}}`;
}

function table({ name, columns, rows }: Table): string {
  const grid = [columns.map(({ text }) => text), ...rows.map(({ cells }) => cells.map((cell) => expression(cell)))];
  const widths: number[] = [];
  for (const row of grid)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  const line = (row: readonly string[]) =>
    `  | ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return braced(`table ${name.text}`, grid.map(line));
}

function params(list: readonly Param[], always: boolean): string {
  if (list.length === 0) return always ? "()" : "";
  const texts = list.map(param);
  const isLong = texts.join(", ").length > width - 20;
  if (!isLong && list.every(({ doc }) => doc === undefined)) return `(${texts.join(", ")})`;
  return `(\n${list.map((each, index) => `${docLines(each.doc, 2)}  ${texts[index]},`).join("\n")}\n)`;
}

/** A block or a model: on one line where that fits, else each clause of the signature on its own. */
function composed(head: string, { params: list, ports, result, where }: Signature, body: Body): string {
  const first = head + params(list, false);
  const inputs = ports && (ports.length === 1 ? ports.map(port).join("") : `(${ports.map(port).join(", ")})`);
  const on = inputs === undefined ? [] : [`on ${inputs}${result ? ` -> ${typeAtom(result)}` : ""}`];
  const clauses = [
    ...on,
    ...(where.length > 0 ? [`where ${where.map((condition) => expression(condition)).join(", ")}`] : []),
  ];
  if (body.kind === "statements") {
    const broken = clauses.length > 1 || (clauses.length === 1 && [first, ...clauses].join(" ").length > width - 20);
    const lead = broken
      ? [first, ...clauses.map((clause) => `  ${clause}`), ""].join("\n")
      : `${[first, ...clauses].join(" ")} `;
    return (
      lead +
      braced(
        "",
        body.statements.map((each) => statement(each, 2)),
      ).trimStart()
    );
  }
  const oneLine = `${[first, ...clauses].join(" ")} = ${expression(body.value)}`;
  if (oneLine.length <= width && !oneLine.includes("\n")) return oneLine;
  return [
    first,
    ...clauses.map((clause) => `  ${clause}`),
    `  = ${expression(body.value, anyLevel, layoutAt(2, 2))}`,
  ].join("\n");
}

function statement(s: Statement, indent: number): string {
  const margin = " ".repeat(indent);
  return docLines(s.doc, indent) + margin + bareStatement(s, layoutAt(indent));
}

function bareStatement(s: Statement, { indent }: Layout): string {
  switch (s.kind) {
    case "let":
      return bound(`let ${pattern(s.pattern)}${typeSuffix(s.type)}`, s.value, indent);
    case "skip":
      return bound(`skip ${s.name.text}${typeSuffix(s.type)}`, s.value, indent);
    case "share":
    case "loss":
      return bound(`${s.kind} ${s.name.text}`, s.value, indent);
    case "require":
      return `require ${expression(s.condition)}${s.reason === undefined ? "" : `, ${quote(s.reason)}`}`;
    case "return":
      return `return ${expression(s.value, anyLevel, layoutAt(indent, 7))}`;
    case "input":
      return `input ${s.name.text}: ${typeAtom(s.type)}${s.phase ? ` in ${s.phase.text}` : ""}`;
    case "output":
      return (
        bound(`output ${s.name.text}${typeSuffix(s.type)}`, s.value, indent) + (s.phase ? ` in ${s.phase.text}` : "")
      );
  }
}

function pattern(of: Pattern): string {
  if (of.kind === "name") return of.name.text;
  const names = of.names.map(({ text }) => text).join(", ");
  return of.kind === "tuple" ? `(${names})` : `{ ${names} }`;
}

function testStatement(s: TestStatement, indent: number): string {
  const margin = " ".repeat(indent);
  switch (s.kind) {
    case "let":
      return margin + bound(`let ${s.name.text}`, s.value, indent);
    case "expect": {
      const end = s.within ? ` within ${expression(s.within)}` : s.fails ? ` fails ${s.fails.text}` : "";
      return `${margin}expect ${expression(s.value)}${end}`;
    }
    case "for": {
      const inner = s.statements.map((each) => testStatement(each, indent + 2));
      return braced(`${margin}for ${s.variable.text} in ${expression(s.over)}`, inner, indent);
    }
  }
}
