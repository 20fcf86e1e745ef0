// Why a model works for some sizes alone.
import type { SizeExplanation } from "../compiler/index.ts";
import { positionAt, type Span } from "../grammar/index.ts";
import { inLine } from "./characters.ts";
import { placeDocument } from "./documents.ts";
import type { Paint } from "./paint.ts";

export function sizeDocument({ model, dimension, rule, reasons, examples }: SizeExplanation) {
  return {
    model,
    dimension,
    rule,
    examples,
    reasons: reasons.map(({ rule: part, equation, reason }) => ({
      rule: part,
      equation,
      text: reason.text,
      ...placeDocument(reason.span),
    })),
  };
}

export function sizeText({ model, dimension, rule, reasons, examples }: SizeExplanation, paint: Paint): string {
  if (rule === "") return `${paint.strong(model)}: every ${dimension} works\n`;
  const steps = reasons.flatMap(({ rule: part, equation, reason }) => [
    `  ${part}`,
    `    because ${reason.text} needs ${equation}  ${paint.faint(`(${place(reason.span)})`)}`,
    ...reason.chain.slice(0, 4).map((step) => `      ${paint.faint(`in ${step.text}  (${place(step.span)})`)}`),
  ]);
  const sizes = examples.length > 0 ? [`the smallest that work: ${examples.join(", ")}`] : [];
  return `${[`${paint.strong(model)} needs ${rule}`, ...steps, ...sizes].join("\n")}\n`;
}

function place(span: Span): string {
  return `${inLine(span.source.name)}:${positionAt(span.source, span.start).line}`;
}
