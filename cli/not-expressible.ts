// What a command answers where a target cannot express the model, or a profile refuses what it wrote.
import { messages } from "../compiler/index.ts";
import { diagnose } from "../grammar/index.ts";
import { exits, type Outcome } from "./exit.ts";
import { refused } from "./info.ts";
import type { Paint } from "./paint.ts";
import type { NotExpressible, Target } from "./targets/index.ts";

export function notExpressible({ unsupported, refusals }: NotExpressible, { title }: Target, paint: Paint): Outcome {
  const diagnostics =
    refusals ??
    unsupported.map(({ node, reason }) => {
      const { span, chain } = node.origin;
      return diagnose(messages, "DM7001", span, { op: node.op, target: title, reason }, { chain });
    });
  return { ...refused(diagnostics, paint), exit: exits.unsupported };
}
