// `deepmacc explain DM4101`: the page of a diagnostic. `deepmacc explain REF S`: why a size rule holds.

import { explainSizes, messages } from "../compiler/index.ts";
import { type MessageRow, nearest, syntaxMessages } from "../grammar/index.ts";
import { type Paint, sizeDocument, sizeText } from "../report/index.ts";
import { exits, Failure, type Outcome, Refused } from "./exit.ts";
import type { Declare } from "./host.ts";
import { chooseModel, type ModelOptions } from "./model.ts";
import { withExamples, withModel } from "./options.ts";

const table: Readonly<Record<string, MessageRow>> = { ...syntaxMessages, ...messages };

export function explain(what: string, dimension: string | undefined, options: ModelOptions, paint: Paint): Outcome {
  const [, digits] = /^(?:dm)?(\d+)$/i.exec(what) ?? [];
  if (digits !== undefined && dimension === undefined) return explainCode(`DM${digits}`, paint);
  if (dimension === undefined) {
    throw new Failure(exits.usage, `explain needs a code, or a model and one of its dimensions`, [
      `for example: explain DM4101, or explain '${what}' S`,
    ]);
  }
  return explainSize(what, dimension, options, paint);
}

/** A code may have several rows: variants of one mistake, with one page; one of another severity adds to it. */
function explainCode(code: string, paint: Paint): Outcome {
  const rows = Object.entries(table).filter(([key]) => key.split("/")[0] === code);
  const [first] = rows;
  if (!first) {
    const codes = new Set(Object.keys(table).map((key) => key.split("/")[0] ?? key));
    const guess = nearest(code, codes);
    throw new Failure(
      exits.usage,
      `there is no diagnostic ${code}`,
      guess === undefined ? ["a code stands in brackets behind `error` or `warning`"] : [`did you mean ${guess}?`],
    );
  }
  const [, row] = first;
  const texts = rows.map(([, { message }]) => message);
  const severities = [...new Set(rows.map(([, { severity }]) => severity))];
  const pages = rows
    .filter(([, other]) => other === row || other.severity !== row.severity)
    .map(([, { docs }]) => docs);
  const docs = [...new Set(pages)].join("\n\n");
  const hint = row.hint === undefined ? [] : [`\nhelp: ${row.hint}`];
  return {
    exit: exits.ok,
    document: {
      code,
      severity: row.severity,
      messages: texts,
      ...(row.hint !== undefined && { hint: row.hint }),
      docs,
    },
    stdout: `${[`${paint[row.severity](code)} (${severities.join(" or ")})`, ...texts.map((text) => `  ${text}`), "", docs, ...hint].join("\n")}\n`,
  };
}

function explainSize(reference: string, dimension: string, options: ModelOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  const { explanation, diagnostics } = explainSizes(chosen.program, chosen.request, dimension, chosen.session);
  if (!explanation) throw new Refused(diagnostics);
  return { exit: exits.ok, document: sizeDocument(explanation), stdout: sizeText(explanation, paint) };
}

export const declare: Declare = (command, { paint, answer }) => {
  withModel(command).action((what: string, dimension: string | undefined, options: ModelOptions) =>
    answer(explain(what, dimension, options, paint)),
  );
  withExamples(command, "deepmacc explain DM4101", "deepmacc explain 'HG[52]' S");
};
