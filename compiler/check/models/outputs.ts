// The outputs of a model, named. `output masks = …` says its name; a `return` lends the names of a
// record's fields or of a tuple's variables.
import type { GraphOutput } from "../../ir/graph.ts";
import type { BodyResult } from "../evaluate/body.ts";
import { namedTensors, uniqueNames } from "../values/named-tensors.ts";

export function outputsOf({ outputs, returned, value }: BodyResult): readonly GraphOutput[] {
  const stated = outputs.flatMap((output) => namedTensors(output.name, output.value));
  return uniqueNames([...stated, ...(returned ? namedTensors("", value, returned) : [])]);
}
