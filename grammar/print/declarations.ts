// Declarations as text, and what stands at their heads and in their bodies.
import { quote } from "../literals.ts";
import { join, type Span } from "../span.ts";
import type {
  Annotation,
  Body,
  Declaration,
  Expression,
  Param,
  Part,
  Pattern,
  Signature,
  Statement,
  Table,
  TestStatement,
  Use,
  WeightRule,
} from "../tree.ts";
import { anyLevel, args, expression, param, port, type, typeAtom, typeSuffix } from "./expressions.ts";
import { bracketed, fits, indented, type Layout, layoutAt, lines, type Page, width } from "./layout.ts";

export function use({ path, names, span }: Use, page: Page): string {
  if (names.length === 0) return `use ${quote(path)} {}`;
  const items = names.map(
    ({ name, alias }) =>
      () =>
        name.text + (alias ? ` as ${alias.text}` : ""),
  );
  const list = bracketed("{ ", items, " }", page.isCommented(span) ? layoutAt(page, 0) : undefined);
  return `use ${quote(path)} ${list}`;
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

export function declaration(d: Declaration, page: Page): string {
  return docLines(d.doc) + d.annotations.map((each) => `${annotation(each)}\n`).join("") + bare(d, layoutAt(page, 0));
}

function annotation({ name, args: given }: Annotation): string {
  return `@${name.text}${given.length > 0 ? args(given) : ""}`;
}

function bare(d: Declaration, layout: Layout): string {
  switch (d.kind) {
    case "const":
      return bound(`const ${d.name.text}${d.type ? `: ${type(d.type)}` : ""}`, d.value, layout);
    case "fn":
      return bound(
        `fn ${d.name.text}${params(d.params, layout, true)}${d.result ? ` -> ${type(d.result)}` : ""}`,
        d.value,
        layout,
      );
    case "type":
      return `type ${d.name.text} = ${type(d.type)}`;
    case "enum":
      return `enum ${d.name.text} = ${d.members.map(({ text }) => text).join(" | ")}`;
    case "table":
      return table(d);
    case "block":
      return composed(`block ${d.name.text}`, d.signature, d.body, layout);
    case "model": {
      const family = d.family ? `[${d.family.variable.text} in ${expression(d.family.over)}]` : "";
      return composed(`model ${d.name.text}${family}`, d.signature, d.body, layout);
    }
    case "test":
      return braced(
        `test ${quote(d.title)}`,
        d.statements.map((each) => testStatement(each, layoutAt(layout, 2))),
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
function bound(head: string, value: Expression, layout: Layout): string {
  const lead = `${head} = `;
  return lead + expression(value, anyLevel, layoutAt(layout, layout.indent, lead.length));
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

function params(list: readonly Param[], { isCommented }: Page, always = false): string {
  if (list.length === 0) return always ? "()" : "";
  const texts = list.map(param);
  const isLong = texts.join(", ").length > width - 20;
  const isBare = list.every(({ doc, span }) => doc === undefined && !isCommented(span));
  if (!isLong && isBare) return `(${texts.join(", ")})`;
  return `(\n${list.map((each, index) => `${docLines(each.doc, 2)}  ${texts[index]},`).join("\n")}\n)`;
}

/** A block or a model: on one line where that fits, else each clause of the signature on its own. */
function composed(head: string, signature: Signature, body: Body, layout: Layout): string {
  const { params: list, ports, result, where } = signature;
  const first = head + params(list, layout);
  const inputs = ports && (ports.length === 1 ? ports.map(port).join("") : `(${ports.map(port).join(", ")})`);
  const on = inputs === undefined ? [] : [`on ${inputs}${result ? ` -> ${typeAtom(result)}` : ""}`];
  const clauses = [
    ...on,
    ...(where.length > 0 ? [`where ${where.map((condition) => expression(condition)).join(", ")}`] : []),
  ];
  if (body.kind === "statements") {
    const isLong = [first, ...clauses].join(" ").length > width - 20 || layout.isCommented(signature.span);
    const broken = clauses.length > 1 || (clauses.length === 1 && isLong);
    const lead = broken
      ? [first, ...clauses.map((clause) => `  ${clause}`), ""].join("\n")
      : `${[first, ...clauses].join(" ")} `;
    return (
      lead +
      braced(
        "",
        body.statements.map((each) => statement(each, layoutAt(layout, 2))),
      ).trimStart()
    );
  }
  const oneLine = `${[first, ...clauses].join(" ")} = ${expression(body.value)}`;
  if (fits(oneLine, join(signature.span, body.span), layout)) return oneLine;
  return [
    first,
    ...clauses.map((clause) => `  ${clause}`),
    `  = ${expression(body.value, anyLevel, layoutAt(layout, 2, 2))}`,
  ].join("\n");
}

function statement(s: Statement, layout: Layout): string {
  return docLines(s.doc, layout.indent) + " ".repeat(layout.indent) + bareStatement(s, layout);
}

function bareStatement(s: Statement, layout: Layout): string {
  switch (s.kind) {
    case "let":
      return bound(`let ${pattern(s.pattern)}${typeSuffix(s.type)}`, s.value, layout);
    case "skip":
      return bound(`skip ${s.name.text}${typeSuffix(s.type)}`, s.value, layout);
    case "share":
    case "loss":
      return bound(`${s.kind} ${s.name.text}`, s.value, layout);
    case "require":
      return `require ${expression(s.condition)}${s.reason === undefined ? "" : `, ${quote(s.reason)}`}`;
    case "return":
      return `return ${expression(s.value, anyLevel, layoutAt(layout, layout.indent, 7))}`;
    case "input":
      return `input ${s.name.text}: ${typeAtom(s.type)}${s.phase ? ` in ${s.phase.text}` : ""}`;
    case "output":
      return (
        bound(`output ${s.name.text}${typeSuffix(s.type)}`, s.value, layout) + (s.phase ? ` in ${s.phase.text}` : "")
      );
    case "part":
      return part(s, layout);
  }
}

/** On one line where that fits, else each clause on its own. */
function part({ name, inputs, outputs, span }: Part & { readonly span: Span }, layout: Layout): string {
  const given = inputs?.map(({ value, type: declared }) => expression(value) + typeSuffix(declared));
  const clauses = [
    ...(given ? [`on ${several(given)}`] : []),
    `-> ${several(outputs.map((each) => expression(each)))}`,
  ];
  const head = `part ${name.text}`;
  const line = [head, ...clauses].join(" ");
  return fits(line, span, layout) ? line : lines([head, ...clauses], indented(layout).indent);
}

const several = (items: readonly string[]): string => (items.length === 1 ? items.join() : `(${items.join(", ")})`);

function pattern(of: Pattern): string {
  if (of.kind === "name") return of.name.text;
  const names = of.names.map(({ text }) => text).join(", ");
  return of.kind === "tuple" ? `(${names})` : `{ ${names} }`;
}

function testStatement(s: TestStatement, layout: Layout): string {
  const { indent } = layout;
  const margin = " ".repeat(indent);
  switch (s.kind) {
    case "let":
      return margin + bound(`let ${s.name.text}`, s.value, layout);
    case "expect": {
      const end = s.within ? ` within ${expression(s.within)}` : s.fails ? ` fails ${s.fails.text}` : "";
      return `${margin}expect ${expression(s.value)}${end}`;
    }
    case "for": {
      const inner = s.statements.map((each) => testStatement(each, indented(layout)));
      return braced(`${margin}for ${s.variable.text} in ${expression(s.over)}`, inner, indent);
    }
  }
}
