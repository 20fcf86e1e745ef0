// The targets of `build`, by hand, in the order in which people read them.

import { nearest } from "../../grammar/index.ts";
import { listOf } from "../../report/index.ts";
import { exits, Failure } from "../exit.ts";
import { onnx } from "./onnx.ts";
import { counterpartOf } from "./synonyms.ts";
import type { Target, TargetOption, TargetOptions } from "./target.ts";
import { tfjs } from "./tfjs.ts";
import { torch } from "./torch.ts";
import { triton } from "./triton.ts";

export { refuseWithoutImage } from "./onnx.ts";
export type { NotExpressible, Target, TargetOption, TargetOptions, Writing, Written } from "./target.ts";
export {
  dtypeOption,
  layoutOf,
  layoutOption,
  noFoldOption,
  parametersOf,
  precisionNamed,
  refuseTooLarge,
} from "./target.ts";

/** What can be run here, and compared. */
const targets: readonly Target[] = [onnx, tfjs, torch];
const written: readonly Target[] = [...targets, triton];

/** Every option that some target reads, once. */
export const targetOptions: readonly TargetOption[] = [
  ...new Map(written.flatMap(({ options }) => options.map((option) => [option.flags, option]))).values(),
];

export function targetNamed(name: string): Target {
  const target = written.find((each) => each.name === name);
  if (target) return target;
  throw unknownTarget(name, written, (each) => `--target ${each}`);
}

/** `--targets onnx,tfjs`: each once. Where nobody says, all that read the options that are given. */
export function targetsFor(text: string | undefined, { fold, ...others }: TargetOptions): readonly Target[] {
  // Where there is only `--no-fold`, commander takes folding for asked: nobody did.
  const options: TargetOptions = fold === false ? { ...others, fold } : others;
  const wanted = text === undefined ? targets.filter((target) => !foreignOption(target, options)) : targetsNamed(text);
  for (const target of wanted) checkTargetOptions(target, options);
  return wanted;
}

function targetsNamed(text: string): readonly Target[] {
  const names = new Set(text.split(",").map((name) => name.trim()));
  return [...names].map((name) => {
    const target = targets.find((each) => each.name === name);
    if (target) return target;
    throw unknownTarget(name, targets, (each) => `--targets ${each}`);
  });
}

function unknownTarget(name: string, among: readonly Target[], optionFor: (target: string) => string): Failure {
  const known = among.map((each) => each.name);
  const guess = nearest(name, known);
  const { targets: near, profile } = counterpartOf(name) ?? { targets: guess === undefined ? [] : [guess] };
  const write = listOf(near.map(optionFor), "or") + (profile === undefined ? "" : ` --profile ${profile}`);
  return new Failure(exits.usage, name === "" ? "the target has no name" : `there is no target ${name}`, [
    near.length > 0 ? `use ${write}` : undefined,
    `targets are ${listOf(known)}`,
  ]);
}

/** Refuses what the target does not read, before any work is done. */
export function checkTargetOptions(target: Target, options: TargetOptions): void {
  const foreign = foreignOption(target, options);
  if (!foreign) return target.checkOptions(options);
  const name = nameIn(foreign.flags);
  const readers = written.filter((each) => each.options.includes(foreign)).map((each) => each.name);
  const reason = target.lacks?.get(name);
  throw new Failure(exits.usage, `${name} is no option of --target ${target.name}${reason ? `: ${reason}` : ""}`, [
    `leave it out, or use --target ${listOf(readers, "or")}`,
  ]);
}

/** A given option that the target does not read. */
function foreignOption(target: Target, options: TargetOptions): TargetOption | undefined {
  const read = new Set(target.options.map(({ flags }) => flags));
  return targetOptions.find(({ flags }) => isGiven(flags, options) && !read.has(flags));
}

/** "--opset" of "--opset <number>" */
const nameIn = (flags: string): string => flags.split(" ")[0] ?? flags;

/** Commander files `--no-fold` as `fold: false`, and `--max-batch` as `maxBatch`. */
function isGiven(flags: string, options: TargetOptions): boolean {
  const [, no, words = ""] = /^--(no-)?([\w-]+)/.exec(flags) ?? [];
  const name = words.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value = (options as Readonly<Record<string, unknown>>)[name];
  return no === undefined ? value !== undefined && value !== false : value === false;
}
