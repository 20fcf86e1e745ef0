// `deepmacc quantize` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withPart, withTargetOptions, withWeights } from "../options.ts";
import { layoutOption } from "../targets/index.ts";
import { onnxOptions } from "../targets/onnx.ts";
import { type QuantizeOptions, quantize } from "./quantize.ts";

export const declare: Declare = (command, host) => {
  withTargetOptions(withPart(withWeights(command)), [layoutOption, ...onnxOptions])
    .option("-o, --output <file>", "where to write it (the model's name and -int8 in this directory)")
    .option("--calibration <files...>", "inputs to calibrate on: .npy or .safetensors (random: standard normal)")
    .option("--samples <number>", "how many random samples (64)")
    .option("--batch <number>", "samples in one run (8)")
    .action(async (reference: string, options: QuantizeOptions) =>
      host.answer(await quantize(reference, options, host.paint, host.status)),
    );
  withExamples(
    command,
    "deepmacc quantize specs/hg20.dm",
    "deepmacc quantize 'HG[52]' --at S=32,C=50 --calibration crops.npy",
  );
};
