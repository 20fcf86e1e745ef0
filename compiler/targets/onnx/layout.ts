// Axis orders of tensors. The language says [.., H, W, C]; ONNX convolutions want [N', C, H, W] with all
// leading axes folded into one. A value is converted when an operator first needs another order, once,
// and both forms are kept. Moving a channel axis is a Reshape where it moves no number: one channel, or
// one position.

import type { Node, Value } from "../../ir/graph.ts";
import type { OnnxLowering, OnnxType } from "../../ops/kit/primitive.ts";
import { type Dim, multiplyDims, sameDim } from "../../sizes/dim/dim.ts";
import type { Program } from "./program.ts";
import { constantShape, isSureOfNothing, reshaping } from "./shape.ts";

/** "first": [N', C, H, W]. "unfolded": [.., C, H, W], only at a channels-first interface. */
export type Form = "logical" | "first" | "unfolded";

type Dims = readonly Dim[];
const product = (dims: Dims): Dim => dims.reduce(multiplyDims, 1);
const sameDims = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((d, i) => sameDim(d, b[i] as Dim));

interface Split {
  readonly leading: Dims;
  readonly height: Dim;
  readonly width: Dim;
  readonly channels: Dim;
}
function split(dims: Dims): Split {
  const [height, width, channels] = dims.slice(-3) as [Dim, Dim, Dim];
  return { leading: dims.slice(0, -3), height, width, channels };
}

/** A feature map [.., H, W, C] has at least one axis before H; what has fewer axes has one form only. */
export const hasChannels = (dims: Dims): boolean => dims.length >= 4;

/** The dims that a logical type has in a form. */
export function dimsIn(form: Form, dims: Dims): Dims {
  if (form === "logical" || !hasChannels(dims)) return dims;
  const { leading, height, width, channels } = split(dims);
  return [...(form === "first" ? [product(leading)] : leading), channels, height, width];
}

/** What leaves an operator with other axes than it came with is no feature map, unless the operator makes one. */
export function outputForm(node: Node, index: number, form: Form, makes: OnnxLowering["makes"]): Form {
  if (makes) return "first";
  const rank = node.outputs[index]?.type.dims.length;
  return node.inputs.some((input) => input.type.dims.length === rank) ? form : "logical";
}

/** Whether the two orders of a value differ in more than the names of its axes. */
export const isConverted = (dims: Dims): boolean => hasChannels(dims) && !movesNothing(dims);

/** Where the numbers keep their order when the channels move. */
function movesNothing(dims: Dims): boolean {
  const { height, width, channels } = split(dims);
  return channels === 1 || (height === 1 && width === 1);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** Permutations of the last three axes behind `leading` others. */
const channelsFirst = (leading: number): number[] => [...range(leading), leading + 2, leading, leading + 1];
const channelsLast = (leading: number): number[] => [...range(leading), leading + 1, leading + 2, leading];

type Step =
  | { readonly kind: "reshape"; readonly dims: Dims }
  | { readonly kind: "transpose"; readonly permutation: readonly number[]; readonly dims: Dims };

function stepsBetween(from: Form, to: Form, dims: Dims): readonly Step[] {
  const target = dimsIn(to, dims);
  const reshape = (dims: Dims): Step => ({ kind: "reshape", dims });
  if (from === to) return [];
  if ((from !== "logical" && to !== "logical") || (movesNothing(dims) && !isTurned(from, to, dims)))
    return sameDims(dimsIn(from, dims), target) ? [] : [reshape(target)];
  const { leading, height, width, channels } = split(dims);
  const foldedLast = [product(leading), height, width, channels];
  const fold = to === "first" && leading.length !== 1 ? [reshape(foldedLast)] : [];
  const unfold = from === "first" && leading.length !== 1 ? [reshape(target)] : [];
  const count = from === "unfolded" || to === "unfolded" ? leading.length : 1;
  const permutation = to === "logical" ? channelsLast(count) : channelsFirst(count);
  const moved = unfold.length > 0 ? foldedLast : target;
  return [...fold, { kind: "transpose", permutation, dims: moved }, ...unfold];
}

/** A Transpose says for empty tensors as well what a Reshape would need computed sizes for. */
function isTurned(from: Form, to: Form, dims: Dims): boolean {
  const entries = constantShape(dimsIn(from, dims), dimsIn(to, dims));
  const isFolded = (from === "first" || to === "first") && dims.length !== 4;
  return !isFolded && (entries === undefined || !isSureOfNothing(entries));
}

/** The forms in which each value exists, by tensor name. */
export class Layouts {
  readonly #forms = new Map<Value, Map<Form, string>>();
  readonly #program: Program;
  /** Every form in the order in which it was made, for `rollback`. */
  readonly #journal: [Value, Form][] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  define(value: Value, form: Form, name: string): void {
    const forms = this.#forms.get(value) ?? new Map<Form, string>();
    this.#forms.set(value, forms);
    forms.set(normal(form, value), name);
    this.#journal.push([value, normal(form, value)]);
  }

  mark(): number {
    return this.#journal.length;
  }

  /** Forgets the forms that were made since the mark. */
  rollback(mark: number): void {
    for (const [value, form] of this.#journal.splice(mark)) this.#forms.get(value)?.delete(form);
  }

  has(value: Value, form: Form): boolean {
    return this.#forms.get(value)?.has(normal(form, value)) ?? false;
  }

  /** The form in which the value was made. */
  home(value: Value): Form {
    const [first] = this.#forms.get(value)?.keys() ?? [];
    if (!first) throw new Error(`internal: ${value.path} is read before it is made`);
    return first;
  }

  typeIn(value: Value, form: Form): OnnxType {
    return { dtype: value.type.dtype, dims: dimsIn(form, value.type.dims) };
  }

  /** The value's tensor in a form; converts on the first request. */
  nameIn(value: Value, wanted: Form, doc: string): string {
    const form = normal(wanted, value);
    const known = this.#forms.get(value)?.get(form);
    if (known !== undefined) return known;
    const source = this.#nearest(value, form);
    const start = this.#forms.get(value)?.get(source) as string;
    const name = stepsBetween(source, form, value.type.dims).reduce(
      (input, step) => this.#apply(step, input, value, form, doc),
      start,
    );
    this.define(value, form, name);
    return name;
  }

  /** Another channels-first form is a Reshape away; the logical one may be a Transpose. */
  #nearest(value: Value, form: Form): Form {
    const twin: Form = form === "first" ? "unfolded" : "first";
    return form !== "logical" && this.has(value, twin) ? twin : this.home(value);
  }

  #apply(step: Step, input: string, value: Value, form: Form, doc: string): string {
    const type: OnnxType = { dtype: value.type.dtype, dims: step.dims };
    const wanted = `${value.path}/${form === "logical" ? "channels_last" : "channels_first"}`;
    if (step.kind === "transpose")
      return this.#program.add("Transpose", [input], { perm: step.permutation }, wanted, doc, type);
    const { opType, inputs, attributes } = reshaping(this.#program, this.#program.typeOf(input), step.dims, doc);
    return this.#program.add(opType, [input, ...inputs], attributes, wanted, doc, type);
  }
}

const normal = (form: Form, value: Value): Form => (hasChannels(value.type.dims) ? form : "logical");
