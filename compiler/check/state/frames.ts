// Open uses of blocks, so that messages and nodes know what led to them.

import { nearest, type Span } from "../../../grammar/index.ts";
import { useText } from "../values/show.ts";
import type { DeclaredBlock } from "../values/value.ts";
import type { Context, Frame } from "./context.ts";

/** Opens a frame, so that messages and nodes know the uses that led to them. */
export function insideFrame<Result>(block: DeclaredBlock, span: Span, c: Context, run: () => Result): Result {
  let text: string | undefined;
  const frame: Frame = {
    block,
    span,
    text: () => {
      text ??= useText(block);
      return text;
    },
  };
  const outside = c.dropped;
  if (block.dropped.length > 0) c.dropped = new Set([...outside, ...block.dropped.map((name) => name.text)]);
  c.frames.push(frame);
  try {
    const result = run();
    reportMissingSkips(block, c);
    return result;
  } finally {
    c.frames.pop();
    c.dropped = outside;
  }
}

function reportMissingSkips(block: DeclaredBlock, c: Context): void {
  if (c.mode === "build") return;
  for (const name of block.dropped) {
    if (c.skips.has(name.text) || c.failed) continue;
    const skips = [...c.skips];
    const guess = nearest(name.text, skips);
    c.report(
      "DM5302",
      name.span,
      { model: name.owner, name: name.text },
      {
        notes: [skips.length === 0 ? "it has no skips" : `its skips are ${skips.join(", ")}`],
        help: guess === undefined ? [] : [`did you mean ${guess}?`],
      },
    );
  }
}
