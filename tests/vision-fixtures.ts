// What the released code answers around the heads, as far as this repository keeps it.
import { readFileSync } from "node:fs";
import { type Checkpoint, isProblem, memorySource, numbersOf, openSafetensors } from "../checkpoints/index.ts";

interface Tensor {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface Fixture<Case> {
  readonly cases: Readonly<Record<string, Case>>;
  tensor(name: string): Tensor;
}

/** A file of tests/fixtures/vision; `cases` are the parameters of each case. */
export function fixture<Case>(name: string): Fixture<Case> {
  const bytes = readFileSync(new URL(`./fixtures/vision/${name}`, import.meta.url));
  const file = openSafetensors(memorySource(bytes));
  if (isProblem(file)) throw new Error(`${name}: ${file.problem}`);
  return {
    cases: JSON.parse(file.metadata.get("cases") ?? "{}") as Record<string, Case>,
    tensor: (tensor) => tensorOf(file, tensor),
  };
}

function tensorOf(file: Checkpoint, name: string): Tensor {
  const entry = file.tensors.get(name);
  if (!entry) throw new Error(`no tensor ${name}`);
  const data = [...file.pieces(name)].flatMap((piece) => {
    if (isProblem(piece)) throw new Error(piece.problem);
    return Array.from(numbersOf(entry.dtype, piece));
  });
  return { dims: entry.shape, data };
}
