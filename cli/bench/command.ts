// `deepmacc bench` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withPart, withTargetOptions, withWeights } from "../options.ts";
import { dtypeOption, layoutOption, noFoldOption } from "../targets/index.ts";
import { type BenchOptions, bench } from "./bench.ts";

export const declare: Declare = (command, host) => {
  withTargetOptions(withPart(withWeights(command)), [layoutOption, noFoldOption, dtypeOption])
    .option("--targets <names>", "which targets: onnx,tfjs,torch (all that this machine can run)")
    .option("--batch <numbers>", "batch sizes (1,8)")
    .option("--runs <number>", "runs of each, in turn, after three that do not count (30)")
    .option("--threads <number>", "threads of the engine (as many as there are cores)")
    .option("--quantized", "time the int8 model as well")
    .action(async (reference: string, options: BenchOptions) =>
      host.answer(await bench(reference, options, host.paint, host.status)),
    );
  withExamples(
    command,
    "deepmacc bench specs/hg20.dm",
    "deepmacc bench 'HG[52]' --at S=32,C=50 --batch 1,8,100 --quantized",
  );
};
