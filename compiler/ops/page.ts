// The page of all operators, for people. It is generated from the table and kept as a golden file.
import { operators } from "./index.ts";
import type { Composite, Parameter, Primitive } from "./kit/primitive.ts";

const opening = `# Operators

Every operator of the language. Data flows in from the left, parameters stand in the parentheses, by position (in the
order of the tables) or by name: \`x -> conv(64, k = 5)\`, \`(a, b) -> add\`. Shapes are in logical order, \`[.., H, W, C]\`;
\`..\` is the batch and any other leading axes. Boxes come in several units: [boxes.md](boxes.md). This page is generated from the operator table.
`;

export function operatorsPage(): string {
  const sections = Object.entries<Primitive | Composite>(operators).map(([name, operator]) => section(name, operator));
  return [opening, ...sections].join("\n");
}

function section(name: string, operator: Primitive | Composite): string {
  const lines = [`## ${name}`, "", operator.docs, "", ...facts(operator), "", ...parameterTable(operator.params)];
  return `${lines.join("\n").trimEnd()}\n`;
}

function facts(operator: Primitive | Composite): string[] {
  const inputs = operator.inputs === "many" ? "any number" : operator.inputs.map(code).join(", ");
  const optional = "optional" in operator && operator.optional ? `, and perhaps ${code(operator.optional)}` : "";
  const lines = [`- Inputs: ${inputs}${optional}`];
  if ("expand" in operator) return [...lines, "- Written with other operators"];
  if (operator.outputs === "many") lines.push("- Results: a tuple");
  else if (operator.outputs) lines.push(`- Results: ${operator.outputs.map(code).join(", ")}`);
  if (operator.layer) lines.push("- Counts as a layer in `depth`");
  if (operator.join) lines.push("- A join: `without skip` may drop an operand");
  if (operator.effect === "batch_stats") lines.push("- Trains and infers differently: batch statistics");
  if (operator.effect === "random") lines.push("- Random in training");
  if ("unsupported" in operator.onnx) lines.push(`- Not written to ONNX: ${operator.onnx.unsupported}`);
  return lines;
}

function parameterTable(params: Readonly<Record<string, Parameter>>): string[] {
  const rows = Object.entries(params).map(
    ([name, param]) => `| ${code(name)} | ${kindText(param)} | ${defaultText(param)} | ${param.docs} |`,
  );
  return rows.length === 0 ? [] : ["| parameter | takes | default | meaning |", "|---|---|---|---|", ...rows];
}

function kindText(param: Parameter): string {
  switch (param.kind) {
    case "size":
      return "size";
    case "int":
      return "whole number";
    case "pair":
      return "number or [height, width]";
    case "real":
      return "number";
    case "flag":
      return "bool";
    case "choice":
      return param.choices.map(code).join(", ");
    case "sizes":
      return "sizes";
  }
}

const defaultText = (param: Parameter): string =>
  param.default === undefined ? "required" : code(String(param.default));

const code = (text: string): string => `\`${text}\``;
