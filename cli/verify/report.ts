// What `verify` found, for people and for programs.

import { messages, type missingReferences } from "../../compiler/index.ts";
import { type Diagnostic, diagnose } from "../../grammar/index.ts";
import type { OutputDifference, Verdict } from "../../lab/index.ts";
import { type Paint, placeDocument, tableLines } from "../../report/index.ts";

/** "3.1e-7", and "0" for nothing. */
export const differenceText = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

type Cells = readonly [target: string, output: string, max: string, mean: string, verdict: string];

/** One line per target and output; columns as wide as their longest cell. */
export function tableOf(verdicts: readonly Verdict[], tolerance: number, paint: Paint): string {
  const header: Cells = ["target", "output", "max", "mean", ""];
  const rows = verdicts.flatMap((verdict) => rowsOf(verdict, tolerance));
  const [titles = "", ...lines] = tableLines([header, ...rows]);
  const remarks = verdicts.flatMap((verdict) => remarksOf(verdict, paint));
  const table =
    rows.length === 0 ? [] : [paint.faint(titles), ...rows.map((cells, i) => coloured(lines[i] ?? "", cells, paint))];
  return [...table, ...remarks].join("\n");
}

const rowsOf = (verdict: Verdict, tolerance: number): Cells[] =>
  "outputs" in verdict ? verdict.outputs.map((output) => cellsOf(verdict.target, output, tolerance)) : [];

function cellsOf(target: string, { name, max, mean }: OutputDifference, tolerance: number): Cells {
  return [target, name, differenceText(max), differenceText(mean), max <= tolerance ? "ok" : "differs"];
}

function coloured(text: string, [, , , , verdict]: Cells, paint: Paint): string {
  const at = text.length - verdict.length;
  return text.slice(0, at) + (verdict === "ok" ? paint.good(verdict) : paint.error(verdict));
}

function remarksOf(verdict: Verdict, paint: Paint): string[] {
  if ("reason" in verdict) {
    const { target, status, reason } = verdict;
    return [`  ${target}: ${status === "missing" ? paint.faint(`not run: ${reason}`) : paint.error(reason)}`];
  }
  const isBuildUp = verdict.status === "mismatch" && !verdict.layer;
  return isBuildUp ? [`  ${verdict.target}: no layer differs on its own; the difference builds up`] : [];
}

/** An operator that nothing can be compared with. */
export function noReference({ node, reason }: MissingReference): Diagnostic {
  const { span, chain } = node.origin;
  return diagnose(messages, "DM7102", span, { op: node.op, reason }, { chain });
}
type MissingReference = ReturnType<typeof missingReferences>[number];

/** The first layer that differs, as a message with its source line. */
export function layerDiagnostics(verdicts: readonly Verdict[], tolerance: number): Diagnostic[] {
  return verdicts.flatMap((verdict) => {
    if (verdict.status !== "mismatch" || !verdict.layer) return [];
    const { path, origin } = verdict.layer.node;
    const slots = {
      target: verdict.target,
      path,
      difference: differenceText(verdict.layer.difference),
      tolerance: differenceText(tolerance),
    };
    return [diagnose(messages, "DM7101", origin.span, slots, { chain: origin.chain })];
  });
}

export const verdictDocument = (verdict: Verdict) => {
  const { target, status } = verdict;
  if ("reason" in verdict) return { target, status, outputs: [], reason: verdict.reason };
  const layer = verdict.status === "mismatch" ? verdict.layer : undefined;
  return {
    target,
    status,
    outputs: verdict.outputs,
    ...(layer && {
      firstDivergence: {
        path: layer.node.path,
        op: layer.node.op,
        difference: layer.difference,
        ...placeDocument(layer.node.origin.span),
      },
    }),
  };
};
