// `deepmacc quantize` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withWeights } from "../options.ts";
import { type QuantizeOptions, quantize } from "./quantize.ts";

export const declare: Declare = (command, host) => {
  withWeights(command)
    .option("-o, --output <file>", "where to write it (the model's name and -int8 in this directory)")
    .option("--calibration <files...>", "inputs to calibrate on: .npy or .safetensors (random: standard normal)")
    .option("--samples <number>", "how many random samples (64)")
    .option("--batch <number>", "samples in one run (8)")
    .option("--layout <layout>", "axes of inputs and outputs: nhwc, as in the text, or nchw (nhwc)")
    .option("--opset <number>", "ONNX operator set, 16 to 21 (18)")
    .option("--ir <number>", "ONNX IR version, 8 to 10 (8)")
    .option("--profile <runtime>", "refuse what it cannot run: portable, webgpu, coreml, tensorrt or openvino (none)")
    .action(async (reference: string, options: QuantizeOptions) =>
      host.answer(await quantize(reference, options, host.paint, host.status)),
    );
  withExamples(
    command,
    "deepmacc quantize specs/hg20.dm",
    "deepmacc quantize 'HG[52]' --at S=32,C=50 --calibration crops.npy",
  );
};
