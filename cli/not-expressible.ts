// Where a target cannot express the model, or a profile refuses what it would write.
import { messages } from "../compiler/index.ts";
import { diagnose } from "../grammar/index.ts";
import { exits, Refused } from "./exit.ts";
import type { NotExpressible, Target, Written } from "./targets/index.ts";

/** What was written; throws where nothing was. */
export function expectWritten(answer: Written | NotExpressible, { title }: Target): Written {
  if (!("unsupported" in answer)) return answer;
  const diagnostics =
    answer.refusals ??
    answer.unsupported.map(({ node, reason }) => {
      const { span, chain } = node.origin;
      return diagnose(messages, "DM7001", span, { op: node.op, target: title, reason }, { chain });
    });
  throw new Refused(diagnostics, exits.unsupported);
}
