// `deepmacc verify` on the command line.
import type { Declare } from "../host.ts";

import { withExamples, withPart, withTargetOptions, withWeights } from "../options.ts";
import { dtypeOption, layoutOption, noFoldOption } from "../targets/index.ts";
import { type VerifyOptions, verify } from "./verify.ts";

export const declare: Declare = (command, host) => {
  withTargetOptions(withPart(withWeights(command)), [layoutOption, noFoldOption, dtypeOption])
    .option("--targets <names>", "which targets: onnx,tfjs,torch (all that this machine can run)")
    .option("--tolerance <number>", "largest difference, relative to the largest value (1e-5; 1e-2 with --dtype f16)")
    .action(async (reference: string, options: VerifyOptions) =>
      host.answer(await verify(reference, options, host.paint, host.status)),
    );
  withExamples(command, "deepmacc verify 'HG[20]' --at C=50 --with nc=8", "deepmacc verify nets/mine.dm --json");
};
