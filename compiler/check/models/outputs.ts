// The outputs of a model, named. `output masks = …` says its name; a `return` lends the names of a
// record's fields or of a tuple's variables.
import type { Expression } from "../../../grammar/index.ts";
import type { GraphOutput } from "../../ir/graph.ts";
import type { BodyResult } from "../evaluate/body.ts";
import type { Value } from "../values/value.ts";

export function outputsOf(result: BodyResult): readonly GraphOutput[] {
  const outputs: GraphOutput[] = [];
  for (const { name, value } of result.outputs) collect(name, value, undefined, outputs);
  if (result.returned) collect("", result.value, result.returned, outputs);
  return unique(outputs);
}

function collect(name: string, value: Value, expression: Expression | undefined, outputs: GraphOutput[]): void {
  switch (value.kind) {
    case "tensor":
      if (value.tensor.value) outputs.push({ name: name === "" ? "output" : name, value: value.tensor.value });
      return;
    case "record":
      for (const [label, field] of value.fields) collect(joined(name, label), field, undefined, outputs);
      return;
    case "tuple":
    case "list": {
      const names =
        expression?.kind === "tuple"
          ? expression.items.map((item) => (item.kind === "name" ? item.text : undefined))
          : [];
      value.items.forEach((item, index) => {
        collect(
          joined(name, names[index] ?? (name === "" ? `output_${index}` : String(index))),
          item,
          undefined,
          outputs,
        );
      });
      return;
    }
    default:
      return;
  }
}

const joined = (name: string, label: string): string => (name === "" ? label : `${name}_${label}`);

function unique(outputs: readonly GraphOutput[]): readonly GraphOutput[] {
  const used = new Map<string, number>();
  return outputs.map((output) => {
    const count = (used.get(output.name) ?? 0) + 1;
    used.set(output.name, count);
    return count === 1 ? output : { ...output, name: `${output.name}_${count}` };
  });
}
