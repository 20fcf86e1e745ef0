// `in train`, `in infer`.
import { type Name, nearest } from "../../../../grammar/index.ts";
import type { Findings } from "./findings.ts";

export function checkPhase({ text, span }: Name, findings: Findings): void {
  if (text === "train" || text === "infer") return;
  const guess = nearest(text, ["train", "infer"]);
  const help = guess === undefined ? "phases are train and infer" : `did you mean ${guess}?`;
  findings.report("DM2001", span, { name: text }, { help: [help] });
}
