// Equal uses of a block are expanded once: what one gave is given to the next. Within one elaboration that is any
// equal use; between elaborations, uses that say nothing of the free sizes and meet nothing that is known of them.
import type { Value } from "../values/value.ts";
import type { Context } from "./context.ts";
import type { Expanded } from "./session.ts";

/** All open uses together; deeper nesting would exhaust the stack. */
export const frameLimit = 400;

export function rememberedExpansion(key: string, c: Context): Expanded | undefined {
  const known =
    c.expansions.get(key) ?? (c.sizes.known.size === 0 ? c.session.expansions.get(sharedKey(key, c)) : undefined);
  return known && holdsHere(known, c) ? known : undefined;
}

/** What was too deep is that again from as many frames on; what was not may be, in more frames. */
const holdsHere = ({ depth, frames, isTooDeep }: Expanded, c: Context): boolean =>
  isTooDeep ? c.frames.length >= frames : c.frames.length + depth <= frameLimit;

/** The value of an equal use, with all that it brought to light. */
export function reuse(known: Expanded, c: Context): Value {
  c.deepest = Math.max(c.deepest, c.frames.length + known.depth);
  c.builder.count += known.count;
  if (known.weighted) c.builder.weighted++;
  for (const skip of known.skips) c.skips.add(skip);
  return c.replay(known);
}

/** A use that is being expanded, and what was counted before. */
interface OpenExpansion {
  readonly key: string;
  readonly recording: ReturnType<Context["startRecording"]>;
  readonly count: bigint;
  readonly weighted: number;
  readonly deepest: number;
  readonly skips: readonly string[];
  /** It meets nothing that is known of the sizes. */
  readonly isFresh: boolean;
}

export function openExpansion(key: string, c: Context): OpenExpansion {
  const { count, weighted } = c.builder;
  const [deepest, skips] = [c.deepest, [...c.skips]];
  const isFresh = c.sizes.known.size === 0 && !c.failed;
  c.deepest = c.frames.length;
  c.skips.clear();
  return { key, recording: c.startRecording(), count, weighted, deepest, skips, isFresh };
}

export function rememberExpansion(open: OpenExpansion, value: Value, c: Context): Expanded {
  const { diagnostics, frames } = open.recording;
  const expanded: Expanded = {
    value,
    diagnostics,
    frames,
    phased: c.phased,
    count: c.builder.count - open.count,
    weighted: c.builder.weighted > open.weighted,
    skips: [...c.skips],
    depth: c.deepest - frames,
    isTooDeep: [...diagnostics.values()].some(({ code }) => code === "DM3207"),
  };
  c.deepest = Math.max(open.deepest, c.deepest);
  c.skips.clear();
  for (const skip of [...open.skips, ...expanded.skips]) c.skips.add(skip);
  c.expansions.set(open.key, expanded);
  if (open.isFresh && c.sizes.known.size === 0) c.session.expansions.set(sharedKey(open.key, c), expanded);
  return expanded;
}

const sharedKey = (key: string, c: Context): string => `${c.phase} ${key}`;
