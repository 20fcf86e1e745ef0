// Where a target cannot express the model, or a profile refuses what it would write.
import { messages } from "../compiler/index.ts";
import { type Diagnostic, diagnose } from "../grammar/index.ts";
import { exits, Refused } from "./exit.ts";
import type { NotExpressible, Target, Written } from "./targets/index.ts";

/** What was written; throws where nothing was. */
export function expectWritten(answer: Written | NotExpressible, { title }: Target): Written {
  if (!("unsupported" in answer)) return answer;
  throw new Refused(answer.refusals ?? refusalsOf(answer.unsupported, title), exits.unsupported);
}

type Unsupported = NotExpressible["unsupported"];

/** One message for an operator and a reason, at its first use. */
function refusalsOf(unsupported: Unsupported, target: string): readonly Diagnostic[] {
  const groups = new Map<string, Unsupported[number][]>();
  for (const each of unsupported) {
    const key = `${each.node.op} ${each.reason}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const { node, reason, help } = first as Unsupported[number];
    const { span, chain } = node.origin;
    const slots = { op: node.op, target, reason };
    const notes = others.length === 0 ? [] : [`so it is with ${others.length} more of its uses`];
    return diagnose(messages, "DM7001", span, slots, { chain, notes, help: help === undefined ? [] : [help] });
  });
}
