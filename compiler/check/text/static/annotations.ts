// Annotations that contradict or repeat each other: whoever reads them later takes one.
import { type Annotation, type Declaration, textOf } from "../../../../grammar/index.ts";
import { isOrder } from "../rules/orders.ts";
import type { Findings } from "./findings.ts";

/** A declaration may have several sources, but one order of axes. */
export function checkRepeats({ annotations }: Declaration, findings: Findings): void {
  const seen = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const { name, span } = annotation;
    const identity = isOrder(annotation) ? name.text : textOf(span).replace(/\s+/g, "");
    const first = seen.get(identity);
    if (!first) seen.set(identity, annotation);
    else {
      const labels = [{ span: first.span, text: "first here" }];
      findings.report("DM2002/annotation", span, { name: name.text }, { labels });
    }
  }
}
