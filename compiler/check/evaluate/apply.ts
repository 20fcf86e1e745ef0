// Data given to a block: an operator, a declared block, a sequence, a repeat, a chain, a shared block.

import type { Span, Stage } from "../../../grammar/index.ts";
import { applyOperator } from "../compute/use-operator.ts";
import type { Context } from "../state/context.ts";
import { mentions } from "../text/mentions.ts";
import { below, type PathScope, snakeCase } from "../values/paths.ts";
import { inner } from "../values/scope.ts";
import { kindOf } from "../values/show.ts";
import { type BlockValue, itemAt, itemCount, type Loop, type Share, unknown, type Value } from "../values/value.ts";
import { expand } from "./expand.ts";
import { evaluate } from "./expressions.ts";

/** Where a block is used. */
export interface Place {
  readonly paths: PathScope;
  readonly span: Span;
  /** The path segment that `as`, a `let` or a `share` lends. */
  readonly name?: string;
  /** The paths are already those of an iteration: a declared block adds no segment of its own. */
  readonly inside?: boolean;
  readonly share?: Share;
}

export function composed(left: BlockValue, right: BlockValue, stage: Stage): BlockValue {
  const named: BlockValue = stage.alias ? { kind: "named", name: stage.alias.text, block: right } : right;
  const first = left.kind === "sequence" ? left.stages : [{ block: left, span: stage.span }];
  return { kind: "sequence", stages: [...first, { block: named, span: stage.span }] };
}

export function applyBlock(block: BlockValue, input: Value, place: Place, c: Context): Value {
  c.step(place.span);
  switch (block.kind) {
    case "operator": {
      const { paths, span, share, name } = place;
      const sharedWeights = share ? below(share.weightPrefix, share.name) : undefined;
      const use = { operator: block, input, paths, segment: name ?? block.name, span };
      return applyOperator(sharedWeights === undefined ? use : { ...use, sharedWeights }, c);
    }
    case "declared":
      return expand(
        block,
        input,
        { paths: bodyPaths(place, snakeCase(block.declaration.name.text)), span: place.span },
        c,
      );
    case "named":
      return applyBlock(
        block.block,
        input,
        place.name === undefined ? { ...place, name: block.name, inside: false } : place,
        c,
      );
    case "shared":
      return applyShared(block.share, block.block, input, place, c);
    case "sequence":
      return applySequence(block.stages, input, place, c);
    case "repeat": {
      const paths = bodyPaths({ ...place, inside: false }, "repeat");
      const step = (value: Value, i: number) =>
        applyBlock(block.block, value, { paths: paths.child(String(i)), span: place.span, inside: true }, c);
      return iterate(block.count, input, true, step, place.span, paths, c);
    }
    case "chain":
      return applyChain(block.loop, input, place, c);
  }
}

function bodyPaths(place: Place, fallback: string): PathScope {
  if (place.inside && place.name === undefined) return place.paths;
  const name = place.name ?? fallback;
  if (!place.share) return place.paths.child(name);
  const weights = below(place.share.weightPrefix, place.share.name);
  return place.paths.child(name).withWeights(weights);
}

function applySequence(
  stages: Extract<BlockValue, { kind: "sequence" }>["stages"],
  input: Value,
  place: Place,
  c: Context,
): Value {
  const grouped = place.name !== undefined || place.share !== undefined;
  const paths = grouped ? bodyPaths(place, "") : place.paths;
  return stages.reduce((value, stage) => applyBlock(stage.block, value, { paths, span: stage.span }, c), input);
}

function applyChain(loop: Loop, input: Value, place: Place, c: Context): Value {
  const paths = bodyPaths({ ...place, inside: false }, "chain");
  const step = (value: Value, i: number): Value => {
    const iteration = inner(loop.scope, paths.child(String(i)));
    iteration.names.set(loop.variable, itemAt(loop.items, i));
    const body = evaluate(loop.body, iteration, c);
    if (body.kind === "block")
      return applyBlock(body.block, value, { paths: iteration.paths, span: loop.body.span, inside: true }, c);
    if (body.kind !== "unknown") {
      const actual = kindOf(body);
      c.report(
        "DM3101/value",
        loop.body.span,
        { what: "the body of `chain`", expected: "a block", actual },
        { help: ["`each` maps over a list of tensors"] },
      );
    }
    return unknown;
  };
  return iterate(
    itemCount(loop.items),
    input,
    !mentions(loop.body, loop.variable, c.session.text),
    step,
    place.span,
    paths,
    c,
  );
}

/**
 * Applies `step` `count` times. Where every step is the same and gives back what it got, the rest is
 * multiplied instead of walked.
 */
function iterate(
  count: number,
  input: Value,
  uniform: boolean,
  step: (value: Value, i: number) => Value,
  span: Span,
  paths: PathScope,
  c: Context,
): Value {
  const weighted = c.builder.weighted;
  const value = iterateSteps(count, input, uniform, step, c);
  if (c.builder.weighted > weighted && paths.counted) c.fragilePath(paths.counted, span);
  return value;
}

function iterateSteps(
  count: number,
  input: Value,
  uniform: boolean,
  step: (value: Value, i: number) => Value,
  c: Context,
): Value {
  let value = input;
  for (let i = 0; i < count; i++) {
    const before = c.builder.count;
    const key = uniform && c.mode.remembersUses && c.shares.length === 0 ? c.session.keys.ofData(value) : undefined;
    value = step(value, i);
    if (value.kind === "unknown") return value;
    if (key === undefined || c.session.keys.ofData(value) !== key) continue;
    c.builder.count += BigInt(count - i - 1) * (c.builder.count - before);
    return value;
  }
  return value;
}

/** `share f = …`: nodes of their own, the weights of the first use. */
function applyShared(share: Share, block: BlockValue, input: Value, place: Place, c: Context): Value {
  const { weighted } = c.builder;
  c.shares.push(share.name);
  try {
    return applyBlock(block, input, { ...place, name: place.name ?? share.name, inside: false, share }, c);
  } finally {
    c.shares.pop();
    // The weights stand below the share, and no path around this use holds them.
    c.builder.weighted = weighted;
  }
}
