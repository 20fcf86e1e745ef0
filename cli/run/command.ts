// `deepmacc run` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withPart, withWeights } from "../options.ts";
import { run } from "./run.ts";
import type { RunOptions } from "./settings.ts";

export const declare: Declare = (command, host) => {
  withPart(withWeights(command))
    .option("--input <files...>", "tensors by the names of inputs: .npy, .npz or .safetensors; NAME=FILE names one")
    .option("-o, --output <file>", "where results go: .safetensors, .npz, or .npy for a single one")
    .option("--engine <name>", "what runs it: reference (float64), onnx, wasm, tfjs or torch (onnx)")
    .option(
      "--phase <phase>",
      "infer, or train: statistics of the batch, inputs and outputs of training, losses (infer)",
    )
    .option("--updates", "with --phase train: also what the step makes of moving statistics, as after/PATH")
    .option("--layout <layout>", "axes of the tensors in files: nhwc, as in the text, or nchw (nhwc)")
    .option("--float64", "with --engine reference: keep float64 of inputs, and write float64")
    .action(async (reference: string, options: RunOptions) =>
      host.answer(await run(reference, options, host.paint, host.status)),
    );
  withExamples(
    command,
    "deepmacc run 'HG[20]' --input crops.npy -o masks.npy",
    "deepmacc run 'HG[52]' --weights ckpt-0 --input x=crops.safetensors:input -o out.safetensors --engine reference --float64",
    "deepmacc run hg20.onnx --input crops.npy -o masks.npy --engine wasm",
    "deepmacc run net.dm --phase train --input image=a.npy target=b.npy -o out.npz --engine torch",
  );
};
