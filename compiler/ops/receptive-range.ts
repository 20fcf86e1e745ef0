// How much of the input single pixels of the output see, along each axis. Behind an upsampling neighbours do not see
// alike, and the receptive field of `measure.ts` is their mean; the least and the most are found here, exactly. Far from
// borders everything repeats: pixel `i + period` sees what pixel `i` sees, `step` pixels further on.

import type { Node, Value } from "../ir/graph.ts";
import { sameDim } from "../sizes/dim/dim.ts";
import type { Reach } from "./kit/primitive.ts";
import { primitiveOf, type Seen } from "./measure.ts";

/** The first and the last pixel of the input that pixels 0 to period - 1 see. */
interface View {
  readonly step: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}
const pixel: View = { step: 1, first: [0], last: [0] };
/** Networks halve and double a few times; a pattern as long as this is a mistake of the text. */
const longestPeriod = 4096;

/** Extents along height and width; undefined where no finite pattern says them. */
export function measureSeen(nodes: readonly Node[], targets: readonly Value[]): readonly [Seen, Seen] | undefined {
  const height = seenAlong(0, nodes, targets);
  const width = height && seenAlong(1, nodes, targets);
  return height && width && [height, width];
}

/** Of several outputs, what the one says that sees most. */
function seenAlong(axis: 0 | 1, nodes: readonly Node[], targets: readonly Value[]): Seen | undefined {
  const views = new Map<Value, View | undefined>();
  const viewOf = (value: Value): View | undefined => (views.has(value) ? views.get(value) : pixel);
  for (const node of nodes) {
    const view = through(merged(node.inputs.map(viewOf)), node, axis);
    for (const output of node.outputs) views.set(output, view);
  }
  const all = targets.map((target) => extents(viewOf(target)));
  return all.reduce((a, b) => (a && b ? (b.most > a.most ? b : a) : undefined));
}

function extents(view: View | undefined): Seen | undefined {
  const sizes = view?.first.map((first, i) => (view.last[i] ?? first) - first + 1);
  return sizes && { least: Math.min(...sizes), most: Math.max(...sizes) };
}

function through(view: View | undefined, node: Node, axis: 0 | 1): View | undefined {
  const reach = primitiveOf(node.op).reach(node.params as never);
  if (!view || reach?.kind === "everything") return undefined;
  if (!reach) return keepsPlaces(node, axis) ? view : undefined;
  return reach.kind === "window" ? slid(view, reach, axis) : enlarged(view, reach, axis);
}

/** An operator without reach that changes a size moves its pixels: a `slice` of rows. */
function keepsPlaces({ inputs: [input], outputs: [output] }: Node, axis: 0 | 1): boolean {
  const [before, after] = [input, output].map((value) => value?.type.dims.at(axis - 3));
  return before === undefined || after === undefined || sameDim(before, after);
}

function slid(view: View, { kernel, stride, before }: Reach & { kind: "window" }, axis: 0 | 1): View | undefined {
  const period = view.first.length / gcd(view.first.length, stride[axis]);
  const source = (i: number): number => i * stride[axis] - before[axis];
  return tabled(period, (period * stride[axis] * view.step) / view.first.length, (i) => [
    at(view, view.first, source(i)),
    at(view, view.last, source(i) + kernel[axis] - 1),
  ]);
}

function enlarged(view: View, { factor, sources }: Reach & { kind: "upsample" }, axis: 0 | 1): View | undefined {
  return tabled(view.first.length * factor[axis], view.step, (i) => {
    const [from, to] = sources(i, axis);
    return [at(view, view.first, from), at(view, view.last, to)];
  });
}

/** Joined branches have one shape, so neighbours are as far apart in all of them. */
function merged(views: readonly (View | undefined)[]): View | undefined {
  return views.length === 0 ? pixel : views.reduce((a, b) => a && b && both(a, b));
}

function both(a: View, b: View): View | undefined {
  if (a.step * b.first.length !== b.step * a.first.length) return undefined;
  const period = (a.first.length / gcd(a.first.length, b.first.length)) * b.first.length;
  return tabled(period, (period / a.first.length) * a.step, (i) => [
    Math.min(at(a, a.first, i), at(b, b.first, i)),
    Math.max(at(a, a.last, i), at(b, b.last, i)),
  ]);
}

function tabled(period: number, step: number, ends: (i: number) => readonly [number, number]): View | undefined {
  if (period > longestPeriod) return undefined;
  const pairs = Array.from({ length: period }, (_, i) => ends(i));
  return { step, first: pairs.map(([first]) => first), last: pairs.map(([, last]) => last) };
}

/** What stands in a table for any pixel, also in front of the first. */
function at({ step }: View, table: readonly number[], i: number): number {
  const round = Math.floor(i / table.length);
  return (table[i - round * table.length] ?? 0) + round * step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
