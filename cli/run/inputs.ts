// Which tensor of which file is which input, as `--input` and the names in the files say.
import { existsSync } from "node:fs";
import { nearest } from "../../grammar/index.ts";
import { exits, Failure } from "../exit.ts";
import { namesOf, type StoredTensor, tensorsIn } from "./files.ts";

export interface Assigned {
  /** By the name of the input, in the order of the model's. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What was left over. */
  readonly notes: readonly string[];
}

/** `FILE`, `NAME=FILE`, and a tensor of that file behind a colon. */
interface Given {
  readonly input?: string;
  readonly path: string;
  readonly tensor?: string;
}

export function assignInputs(texts: readonly string[], inputs: readonly string[]): Assigned {
  const taken = new Map<string, StoredTensor>();
  const notes: string[] = [];
  for (const given of texts.map(parseInput)) {
    const tensors = chosenOf(given);
    const found = given.input === undefined ? unnamed(tensors, given, inputs) : named(tensors, given.input, inputs);
    for (const [input, tensor] of found) {
      const before = taken.get(input);
      if (before)
        throw new Failure(exits.usage, `input ${input} is given twice: by ${before.path} and by ${tensor.path}`);
      taken.set(input, tensor);
    }
    const left = tensors.filter((tensor) => ![...found.values()].includes(tensor));
    if (left.length > 0) notes.push(`${given.path}: ${namesOf(left)} ${left.length === 1 ? "is" : "are"} no input`);
  }
  const missing = inputs.filter((input) => !taken.has(input));
  if (missing.length > 0)
    throw new Failure(exits.usage, `there is no tensor for input ${missing.join(" and input ")}`, [
      `name its file: --input ${missing[0]}=FILE.npy`,
      ...notes,
    ]);
  return { tensors: new Map(inputs.map((input) => [input, taken.get(input) as StoredTensor])), notes };
}

function parseInput(text: string): Given {
  const [, input, rest = ""] = existsSync(text) ? [] : (/^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? []);
  const place = placeOf(input === undefined ? text : rest);
  return input === undefined ? place : { input, ...place };
}

function placeOf(text: string): Omit<Given, "input"> {
  const [, path, tensor] = existsSync(text) ? [] : (/^(.*\.(?:npz|safetensors)):(.+)$/is.exec(text) ?? []);
  return path === undefined || tensor === undefined ? { path: text } : { path, tensor };
}

function chosenOf({ path, tensor: wanted }: Given): readonly StoredTensor[] {
  const tensors = tensorsIn(path);
  if (wanted === undefined) return tensors;
  const found = tensors.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  throw new Failure(exits.usage, `${path} has no tensor ${wanted}`, [
    guessOf(
      wanted,
      tensors.map(({ name = "" }) => name),
    ),
    `it holds ${namesOf(tensors)}`,
  ]);
}

function named(
  tensors: readonly StoredTensor[],
  input: string,
  inputs: readonly string[],
): ReadonlyMap<string, StoredTensor> {
  if (!inputs.includes(input))
    throw new Failure(exits.usage, `there is no input ${input}`, [guessOf(input, inputs), listing(inputs)]);
  const found = tensors.length === 1 ? tensors[0] : tensors.find(({ name }) => name === input);
  if (found) return new Map([[input, found]]);
  const [first] = tensors;
  throw new Failure(
    exits.usage,
    `${first?.path ?? "the file"} holds ${namesOf(tensors)}, and none is called ${input}`,
    [first && `say which it is: --input ${input}=${first.path}:${first.name}`],
  );
}

function unnamed(
  tensors: readonly StoredTensor[],
  { path }: Given,
  inputs: readonly string[],
): ReadonlyMap<string, StoredTensor> {
  const [[tensor, second], [input, other]] = [tensors, inputs];
  if (tensor && !second && input !== undefined && other === undefined) return new Map([[input, tensor]]);
  const found = tensors.flatMap((each): [string, StoredTensor][] =>
    each.name !== undefined && inputs.includes(each.name) ? [[each.name, each]] : [],
  );
  if (found.length > 0) return new Map(found);
  throw new Failure(exits.usage, `${path} holds ${namesOf(tensors)}, and no input is called so`, [
    listing(inputs),
    `name it: --input ${input}=${path}${tensor?.name === undefined ? "" : `:${tensor.name}`}`,
  ]);
}

function guessOf(wrong: string, names: readonly string[]): string | undefined {
  const guess = nearest(wrong, names);
  return guess === undefined ? undefined : `did you mean ${guess}?`;
}

const listing = (inputs: readonly string[]): string =>
  inputs.length === 0 ? "the model has no inputs" : `the model's inputs are ${inputs.join(", ")}`;
