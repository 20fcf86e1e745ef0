// Open uses of blocks, so that messages and nodes know what led to them.

import { nearest, type Span } from "../../../grammar/index.ts";
import { useText } from "../values/show.ts";
import type { DeclaredBlock } from "../values/value.ts";
import type { Context, Frame } from "./context.ts";

/** Runs inside a frame, so that messages and nodes know the uses that led to them. */
export function insideFrame<Result>(block: DeclaredBlock, span: Span, c: Context, run: () => Result): Result {
  const close = openFrame(block, span, c);
  try {
    const result = run();
    reportMissingSkips(block, c);
    return result;
  } finally {
    close();
  }
}

/** Opens a frame and answers how to close it: for what must not add to the stack. */
export function openFrame(block: DeclaredBlock, span: Span, c: Context): () => void {
  let text: string | undefined;
  const frame: Frame = {
    block,
    span,
    text: () => {
      text ??= useText(block);
      return text;
    },
  };
  const { declaration } = block;
  const levels = c.levels.get(declaration) ?? 0;
  const outside = c.dropped;
  if (block.dropped.length > 0) c.dropped = new Set([...outside, ...block.dropped.map((name) => name.text)]);
  c.frames.push(frame);
  c.levels.set(declaration, levels + 1);
  c.deepest = Math.max(c.deepest, c.frames.length);
  return () => {
    c.frames.pop();
    c.levels.set(declaration, levels);
    c.dropped = outside;
  };
}

export function reportMissingSkips(block: DeclaredBlock, c: Context): void {
  if (c.mode.builds) return;
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
