// Tensors inside a value, each under a name of its own: `h_pixel` of a record, `pyramid_0` of a list.
import type { Expression } from "../../../grammar/index.ts";
import type { GraphOutput } from "../../ir/graph.ts";
import type { Value } from "./value.ts";

/** `expression`: where it is a tuple of names, those are the names of its parts. */
export function namedTensors(name: string, value: Value, expression?: Expression): readonly GraphOutput[] {
  const outputs: GraphOutput[] = [];
  collect(name, value, expression, outputs);
  return outputs;
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

export function uniqueNames<Port extends { readonly name: string }>(ports: readonly Port[]): readonly Port[] {
  const used = new Map<string, number>();
  return ports.map((port) => {
    const count = (used.get(port.name) ?? 0) + 1;
    used.set(port.name, count);
    return count === 1 ? port : { ...port, name: `${port.name}_${count}` };
  });
}
