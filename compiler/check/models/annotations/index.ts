// What stands in front of a model: settings that are checked, and anything else as it was written.
import { type Annotation, textOf } from "../../../../grammar/index.ts";
import type { Provenance } from "../../../ir/graph.ts";
import type { Context } from "../../state/context.ts";
import { inputNames } from "../../text/signature.ts";
import type { DeclaredBlock, Scope } from "../../values/value.ts";
import { imageSettings } from "./image.ts";
import { masksSettings } from "./masks.ts";
import type { Settings } from "./settings.ts";

type Reader = (annotation: Annotation, inputs: readonly string[], scope: Scope, c: Context) => Settings | undefined;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["image", imageSettings],
  ["masks", (annotation, _, scope, c) => masksSettings(annotation, scope, c)],
]);

/** `scope`: of the body, once it was run. What is wrong is reported, and left out. */
export function provenanceOf({ declaration }: DeclaredBlock, scope: Scope, c: Context): readonly Provenance[] {
  const seen = new Set<string>();
  return declaration.annotations.flatMap((annotation) => {
    const { name, span } = annotation;
    const read = readers.get(name.text);
    if (!read) return [{ annotation: name.text, text: textOf(span).replace(/^@\w+/, "").trim() }];
    if (seen.has(name.text))
      c.report("DM3101/value", span, { what: `@${name.text}`, expected: "said once", actual: "said again" });
    seen.add(name.text);
    const settings = read(annotation, inputNames(declaration), scope, c);
    return settings ? [{ annotation: name.text, text: JSON.stringify(settings), hasSettings: true }] : [];
  });
}
