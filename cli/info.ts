// `deepmacc info REF`: what a model is, in numbers where they are known and else in its sizes.

import { type Summary, summarize } from "../compiler/index.ts";
import { exitOf, type Outcome, Refused } from "./exit.ts";
import type { Declare } from "./host.ts";
import { chooseModel, type ModelOptions } from "./model.ts";
import { grouped } from "./numbers.ts";
import { withExamples, withModel } from "./options.ts";
import type { Paint } from "./paint.ts";
import { renderDiagnostics } from "./render.ts";

export function info(reference: string, options: ModelOptions, paint: Paint): Outcome {
  const chosen = chooseModel(reference, options);
  const { summary, diagnostics } = summarize(chosen.program, chosen.request);
  const serious = diagnostics.filter(({ severity }) => severity !== "hint");
  if (!summary) throw new Refused(serious);
  return {
    exit: exitOf(serious),
    document: summaryDocument(summary),
    stdout: text(summary, paint),
    stderr: serious.length > 0 ? renderDiagnostics(serious, paint) : "",
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

export const declare: Declare = (command, { paint, answer }) => {
  withModel(command).action((reference: string, options: ModelOptions) => answer(info(reference, options, paint)));
  withExamples(command, "deepmacc info specs/hg52.dm", "deepmacc info 'HG[52]' --at C=50");
};
