// The options that several commands share, and how a command shows examples.
import type { Command } from "commander";
import type { TargetOption } from "./targets/index.ts";

/** Many values of one option: `--at S=32 --at C=50` is `--at S=32,C=50`. */
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const withJson = (command: Command): Command =>
  command.option("--json", "print one JSON document and nothing else");

export const withSources = (command: Command): Command =>
  withJson(command.option("--max-size <bytes>", "largest source file (4MiB)"));

export const withModel = (command: Command): Command =>
  withSources(command)
    .option("--at <sizes>", "fix dimensions: N=1,S=32,C=50", collect)
    .option("--with <fields>", "set parameters: nc=4,head=HG[20]", collect);

/** A part of the model instead of the whole. */
export const withPart = (command: Command): Command =>
  command
    .option("--part <name>", "a part of it, as its text cuts it")
    .option("--from <values>", "what flows into a part of your own: h.pixel,rois (the inputs that it needs)")
    .option("--to <values>", "what flows out of it: masks");

/** How a checkpoint is read. */
export const withReading = (command: Command): Command =>
  command
    .option("--map <file>", "how names of the checkpoint are read: FILE or FILE:MAPPING (what fits of specs/weights)")
    .option("--axes <order>", "how it orders the axes of kernels: tensorflow or torch (as names and shapes say)")
    .option("--flatten <order>", "how its model flattened maps: tensorflow (channels last) or torch (channels first)");

export const withWeights = (command: Command): Command =>
  withReading(
    withModel(command)
      .option("--seed <number>", "draw the weights with this seed (0)")
      .option("--weights <path>", "a checkpoint: safetensors, a TensorFlow checkpoint, or a directory with one"),
  );

export function withTargetOptions(command: Command, options: readonly TargetOption[]): Command {
  for (const { flags, about } of options) {
    command.option(flags, about);
    const [, negated] = /^--no-(\w+)$/.exec(flags) ?? [];
    // Commander would have it given, as true, where `--fold` is no option beside `--no-fold`.
    if (negated !== undefined && !options.some((option) => option.flags === `--${negated}`))
      command.setOptionValue(negated, undefined);
  }
  return command;
}

export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const examples = `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
  const takesModel = command.commands.length > 0 || /<(ref|what)>/.test(command.usage());
  return command.addHelpText("after", takesModel ? `${examples}\n\n${aboutReferences}` : examples);
}

const aboutReferences =
  "A REF is FILE (its only model), FILE:MODEL or FILE:MODEL[KEY]; models that ship with the package need no file.";
