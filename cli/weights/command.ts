// `deepmacc weights …` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withJson, withModel, withReading } from "../options.ts";
import { inspect } from "./inspect.ts";
import { type ConvertOptions, convert, type InitOptions, init } from "./write.ts";

export const declare: Declare = (weights, host) => {
  declareInspect(weights.command("inspect"), host);
  declareInit(weights.command("init"), host);
  declareConvert(weights.command("convert"), host);
};

const weightDtype = ["--dtype <type>", "f32, or f16 with the numbers of norms in f32 (f32)"] as const;

const declareInspect: Declare = (command, { paint, answer }) => {
  withJson(
    command
      .argument("<file>", "a checkpoint: safetensors, a TensorFlow checkpoint, or a directory with one")
      .description("names, types and shapes of what a checkpoint holds"),
  ).action((file: string) => answer(inspect(file, paint)));
  withExamples(command, "deepmacc weights inspect deepmac/ckpt-0");
};

const declareInit: Declare = (command, { paint, answer, progress }) => {
  withModel(command.argument("<ref>", "the model"))
    .description("write fresh weights as safetensors, under the paths of the model")
    .option("-o, --output <file>", "where to write them (the model's name in this directory)")
    .option("--seed <number>", "draw them with this seed (0)")
    .option(...weightDtype)
    .action(async (reference: string, options: InitOptions) => answer(await init(reference, options, paint, progress)));
  withExamples(command, "deepmacc weights init 'HG[20]' --at C=50 --seed 7 -o hg20.safetensors");
};

const declareConvert: Declare = (command, { paint, answer, progress }) => {
  withReading(withModel(command.argument("<file>", "the checkpoint to read")))
    .description("write a checkpoint as safetensors: for a model under its paths, or every tensor as it is")
    .requiredOption("-o, --output <file>", "where to write it")
    .option("--model <ref>", "the model whose paths the tensors get")
    .option(...weightDtype)
    .action(async (file: string, options: ConvertOptions) => answer(await convert(file, options, paint, progress)));
  withExamples(
    command,
    "deepmacc weights convert deepmac/ckpt-0 -o deepmac.safetensors",
    "deepmacc weights convert deepmac/ckpt-0 --model 'HG[100]' --at C=50 -o head.safetensors",
  );
};
