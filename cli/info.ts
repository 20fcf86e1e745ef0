// `deepmacc info REF`: what a model is, in numbers where they are known and else in its sizes.
import { type Summary, summarize } from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import { exitOf, exits, type Outcome } from "./exit.ts";
import { diagnosticsDocument } from "./json.ts";
import { grouped } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { chooseModel, type ModelOptions } from "./programs.ts";
import { renderDiagnostics } from "./render.ts";

export function info(reference: string, options: ModelOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  if ("diagnostics" in chosen) return refused(chosen.diagnostics, paint);
  const { summary, diagnostics } = summarize(chosen.program, chosen.request);
  const serious = diagnostics.filter(({ severity }) => severity !== "hint");
  if (!summary) return refused(serious, paint);
  return {
    exit: exitOf(serious),
    document: summaryDocument(summary),
    stdout: text(summary, paint),
    stderr: serious.length > 0 ? renderDiagnostics(serious, paint) : "",
  };
}

/** The answer of every command whose model cannot be made. */
export function refused(diagnostics: readonly Diagnostic[], paint: Paint): Outcome {
  const exit = exitOf(diagnostics);
  return {
    exit: exit === exits.ok ? exits.diagnostics : exit,
    document: diagnosticsDocument(diagnostics),
    stderr: renderDiagnostics(diagnostics, paint),
  };
}

function summaryDocument({
  name,
  inputs,
  outputs,
  params,
  buffers,
  macs,
  depth,
  rf,
  nodes,
  shape,
  requires,
  skips,
}: Summary) {
  return { name, inputs, outputs, params, buffers, macs, depth, rf, nodes, shape, requires, skips };
}

type Port = Summary["inputs"][number];

function portText({ name, dtype, shape, phase }: Port): string {
  return `${name}: ${dtype}${shape}${phase === undefined ? "" : ` in ${phase}`}`;
}

function text(summary: Summary, paint: Paint): string {
  const rows: readonly (readonly [string, string])[] = [
    ...summary.inputs.map((port) => ["input", portText(port)] as const),
    ...summary.outputs.map((port) => ["output", portText(port)] as const),
    ["parameters", grouped(summary.params)],
    ["statistics", grouped(summary.buffers)],
    ["multiply-adds", grouped(summary.macs)],
    ["depth", grouped(summary.depth)],
    ["receptive field", typeof summary.rf === "object" ? summary.rf.join(" × ") : grouped(summary.rf)],
    ["operators", grouped(summary.nodes)],
    ["sizes", summary.requires === "" ? "every size works" : summary.requires],
    ...(summary.skips.length > 0 ? [["skips", summary.skips.join(", ")] as const] : []),
  ];
  return `${[paint.strong(summary.name), ...rows.map(([label, value]) => `  ${label.padEnd(16)} ${value}`)].join("\n")}\n`;
}
