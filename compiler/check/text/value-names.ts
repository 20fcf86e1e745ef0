// The names that can be read inside a model.
import type { Block, Body, Model, Name } from "../../../grammar/index.ts";

/** The names that can be read inside a model: its statements, `as` names, inputs, and the fields of its result. */
export function valueNames({ signature, body }: Block | Model): readonly string[] {
  const names = new Set<string>(signature.ports?.map((port) => port.name.text) ?? []);
  collectNames(body, names);
  for (const field of resultFields(body)) names.add(field.text);
  return [...names];
}

function resultFields(body: Body): readonly Name[] {
  const result =
    body.kind === "expression" ? body.value : body.statements.find((statement) => statement.kind === "return")?.value;
  return result?.kind === "record" ? result.fields.map((field) => field.label) : [];
}

function collectNames(part: unknown, names: Set<string>): void {
  if (Array.isArray(part)) for (const item of part) collectNames(item, names);
  if (typeof part !== "object" || part === null || Array.isArray(part)) return;
  const node = part as { kind?: string; name?: Name; names?: readonly Name[]; pattern?: unknown; alias?: Name };
  const states = ["let", "skip", "input", "output", "loss", "name"].includes(node.kind ?? "");
  if (states && typeof node.name === "object") names.add(node.name.text);
  if (node.kind === "tuple" || node.kind === "record") for (const name of node.names ?? []) names.add(name.text);
  if (node.alias) names.add(node.alias.text);
  for (const [key, child] of Object.entries(part)) if (!key.endsWith("pan")) collectNames(child, names);
}
