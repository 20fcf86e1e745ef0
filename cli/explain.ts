// `deepmacc explain DM4101`: the page of a diagnostic. `deepmacc explain REF S`: why a size rule holds.

import { explainSizes, messages, type SizeExplanation } from "../compiler/index.ts";
import { type MessageRow, nearest, positionAt, type Span, syntaxMessages } from "../grammar/index.ts";
import { exits, Failure, type Outcome, Refused } from "./exit.ts";
import type { Declare } from "./host.ts";
import { placeDocument } from "./json.ts";
import { chooseModel, type ModelOptions } from "./model.ts";
import { withExamples, withModel } from "./options.ts";
import type { Paint } from "./paint.ts";

const table: Readonly<Record<string, MessageRow>> = { ...syntaxMessages, ...messages };

export function explain(what: string, dimension: string | undefined, options: ModelOptions, paint: Paint): Outcome {
  if (/^dm\d+$/i.test(what) && dimension === undefined) return explainCode(what.toUpperCase(), paint);
  if (dimension === undefined) {
    throw new Failure(exits.usage, `explain needs a code, or a model and one of its dimensions`, [
      `for example: explain DM4101, or explain '${what}' S`,
    ]);
  }
  return explainSize(what, dimension, options, paint);
}

/** A code may have several rows: variants of one mistake, with one page. */
function explainCode(code: string, paint: Paint): Outcome {
  const rows = Object.entries(table).filter(([key]) => key.split("/")[0] === code);
  const [first] = rows;
  if (!first) {
    const codes = new Set(Object.keys(table).map((key) => key.split("/")[0] ?? key));
    const guess = nearest(code, codes);
    throw new Failure(
      exits.usage,
      `there is no diagnostic ${code}`,
      guess === undefined ? [] : [`did you mean ${guess}?`],
    );
  }
  const [, row] = first;
  const texts = rows.map(([, { message }]) => message);
  const hint = row.hint === undefined ? [] : [`\nhelp: ${row.hint}`];
  return {
    exit: exits.ok,
    document: {
      code,
      severity: row.severity,
      messages: texts,
      ...(row.hint !== undefined && { hint: row.hint }),
      docs: row.docs,
    },
    stdout: `${[`${paint[row.severity](code)} (${row.severity})`, ...texts.map((text) => `  ${text}`), "", row.docs, ...hint].join("\n")}\n`,
  };
}

function explainSize(reference: string, dimension: string, options: ModelOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  const { explanation, diagnostics } = explainSizes(chosen.program, chosen.request, dimension);
  if (!explanation) throw new Refused(diagnostics);
  return { exit: exits.ok, document: sizeDocument(explanation), stdout: sizeText(explanation, paint) };
}

function sizeDocument({ model, dimension, rule, reasons, examples }: SizeExplanation) {
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

function sizeText({ model, dimension, rule, reasons, examples }: SizeExplanation, paint: Paint): string {
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
  return `${span.source.name}:${positionAt(span.source, span.start).line}`;
}

export const declare: Declare = (command, { paint, answer }) => {
  withModel(command).action((what: string, dimension: string | undefined, options: ModelOptions) =>
    answer(explain(what, dimension, options, paint)),
  );
  withExamples(command, "deepmacc explain DM4101", "deepmacc explain 'HG[52]' S");
};
