// Wrong command lines, in our words: what commander refuses, and what it would accept in silence.
import { existsSync } from "node:fs";
import type { Command, CommanderError } from "commander";
import { exits, Failure } from "./exit.ts";
import { referenceHelp } from "./reference.ts";

/** What other tools call it. */
const commandWords: ReadonlyMap<string, string> = new Map([
  ["compile", "build"],
  ["export", "build"],
  ["lint", "check"],
  ["validate", "check"],
  ["summary", "info"],
  ["show", "info"],
  ["describe", "info"],
  ["print", "info"],
  ["compare", "verify"],
  ["benchmark", "bench"],
  ["time", "bench"],
  ["quantise", "quantize"],
  ["predict", "run"],
  ["infer", "run"],
  ["execute", "run"],
  ["inspect", "weights inspect"],
  ["init", "weights init"],
  ["convert", "weights convert"],
  ["version", "--version"],
]);
const optionWords: ReadonlyMap<string, string> = new Map([
  ["--format", "--target"],
  ["--to", "--target"],
  ["-t", "--target"],
  ["--out", "--output"],
  ["--size", "--at"],
  ["--sizes", "--at"],
  ["--shape", "--at"],
  ["--dims", "--at"],
  ["--set", "--with"],
  ["--param", "--with"],
  ["--params", "--with"],
  ["--checkpoint", "--weights"],
  ["--ckpt", "--weights"],
  ["--mapping", "--map"],
  ["-v", "--version"],
  ["-version", "--version"],
]);

/** Help and version are answers; whatever else commander refuses is a wrong command line. */
export function usageFailure(
  { code, exitCode, message }: CommanderError,
  args: readonly string[],
): Failure | undefined {
  if (exitCode === 0) return undefined;
  if (code === "commander.help") return new Failure(exits.usage, "name a command");
  return new Failure(exits.usage, message.replace(/^error: /, ""), [helpFor(code, args)]);
}

function helpFor(code: string, args: readonly string[]): string | undefined {
  const [word = ""] = args.filter((arg) => !arg.startsWith("-"));
  switch (code) {
    case "commander.unknownCommand":
      return word === "weights" ? "see deepmacc help weights" : helpForCommand(word);
    case "commander.unknownOption": {
      const known = args.map((arg) => optionWords.get(arg.split("=")[0] ?? "")).find((name) => name !== undefined);
      if (known !== undefined) return `here it is ${known}`;
      return args[0]?.startsWith("-") ? "options stand behind the command" : undefined;
    }
    case "commander.missingArgument": {
      const greedy = ["--input", "--calibration"].find((option) => args.includes(option));
      if (greedy !== undefined) return `the REF stands before ${greedy}, which takes every word behind it`;
      return `${referenceHelp}; see deepmacc help ${word}`;
    }
    case "commander.excessArguments": {
      const file = args.findIndex((arg, i) => arg.endsWith(".dm") && /^[A-Z]\w*(\[.*\])?$/.test(args[i + 1] ?? ""));
      return file < 0 ? undefined : `a model stands behind a colon: ${args[file]}:${args[file + 1]}`;
    }
    default:
      return undefined;
  }
}

function helpForCommand(word: string): string | undefined {
  const known = commandWords.get(word.toLowerCase());
  if (known !== undefined) return `here it is deepmacc ${known}`;
  const isModel = word.endsWith(".dm") || word.includes(".dm:") || existsSync(word);
  return isModel ? `say what to do with it: deepmacc check ${word}` : undefined;
}

/** `--at H=224 W=224`: the second size would be taken for a file. */
export function refuseLooseValues(args: readonly string[]): void {
  for (const [index, arg] of args.entries()) {
    const [, option, attached] = /^(--at|--with)(?:=(.*))?$/s.exec(arg) ?? [];
    if (option === undefined) continue;
    const values = attached === undefined ? args.slice(index + 1, index + 2) : [attached];
    const behind = args.slice(index + values.length + (attached === undefined ? 1 : 0));
    const end = behind.findIndex((value) => !/^[A-Za-z_]\w*=/.test(value) || existsSync(value));
    const loose = end < 0 ? behind : behind.slice(0, end);
    if (loose.length === 0) continue;
    const whole = [...values, ...loose].map((value) => value.replace(/,$/, "")).join(",");
    throw new Failure(exits.usage, `${loose[0]} stands apart from ${option}`, [
      `write commas, and no spaces: ${option} ${whole}`,
    ]);
  }
}

/** Of a value that is given twice, commander keeps the last and says nothing. */
export function refuseRepeats(command: Command): void {
  const given = new Map<string, string>();
  for (const option of command.options) {
    const takesMany = option.variadic || option.parseArg !== undefined;
    if (takesMany) continue;
    const flag = option.long ?? option.flags;
    command.on(`option:${option.name()}`, () => {
      const before = given.get(option.attributeName());
      given.set(option.attributeName(), flag);
      if (before === undefined || (before === flag && option.isBoolean())) return;
      if (before !== flag) throw new Failure(exits.usage, `${before} and ${flag} contradict each other`, ["use one"]);
      throw new Failure(exits.usage, `${flag} is given twice`, ["give it once"]);
    });
  }
  for (const each of command.commands) refuseRepeats(each);
}
