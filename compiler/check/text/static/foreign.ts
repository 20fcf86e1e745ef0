// What to say about a word that another library has.
import type { Expression } from "../../../../grammar/index.ts";
import { type ForeignWord, foreignModules, foreignWords, functionsOfTensors, tensorMembers } from "../foreign-words.ts";
import { isOperator } from "../vocabulary.ts";

/** Without its case, its underscores and the ending of two dimensions: `BatchNorm2d`, `batch_norm`. */
export const plainWord = (name: string): string => name.toLowerCase().replace(/_/g, "");
export const withoutRank = (name: string): string => name.replace(/2[dD]$/, "");

const byWord: ReadonlyMap<string, ForeignWord> = new Map(
  foreignWords.flatMap((row) => row.words.split(" ").map((word) => [plainWord(word), row] as const)),
);

function find(name: string): ForeignWord | undefined {
  const word = plainWord(name);
  return byWord.get(word) ?? byWord.get(withoutRank(word));
}

/** "here it is `dense(c)`: on the last axis", for a word that another library has. */
export function foreignHelp(name: string): string | undefined {
  const row = find(name);
  if (!row) return undefined;
  if (row.write === undefined) return row.note;
  return `here it is \`${row.write}\`${row.note === undefined ? "" : `; ${row.note}`}`;
}

/** A name of ours in another spelling: `ReLU`, `leakyRelu`, `h`. */
export function sameWord(name: string, known: Iterable<string>): string | undefined {
  const word = plainWord(name);
  for (const each of known) if (plainWord(each) === word) return each;
  return undefined;
}

type Member = Extract<Expression, { kind: "member" }>;

/** `nn.Conv2d` as it is written, where it begins with a module of another library. */
export function foreignModule({ object, label }: Member): string | undefined {
  const front = object.kind === "member" ? foreignModule(object) : object.kind === "name" ? object.text : undefined;
  if (front === undefined || !foreignModules.has(front.split(".")[0] ?? "")) return undefined;
  return `${front}.${label.text}`;
}

/** What a tensor is asked for with a dot elsewhere: `x.shape`, `x.view(…)`. */
export function tensorHelp(label: string): string | undefined {
  return tensorMembers.get(label) ?? foreignHelp(label) ?? (isOperator(label) ? `write \`x -> ${label}\`` : undefined);
}

/** A function of numbers where a tensor stands. */
export const functionHelp = (name: string): string =>
  functionsOfTensors.get(name) ?? `\`${name}\` is for numbers; for tensors it is not here, see docs/not-here.md`;
