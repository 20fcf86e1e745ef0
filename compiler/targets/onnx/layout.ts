// Between axis orders, in ONNX's words. A value is converted when an operator first needs another order, once,
// and both forms are kept. Moving a channel axis is a Reshape where it moves no number: one channel, or
// one position.

import type { Value } from "../../ir/graph.ts";
import type { OnnxType } from "../../ops/kit/primitive.ts";
import {
  type Dims,
  dimsIn,
  type Form,
  hasChannels,
  movesNothing,
  normalForm,
  product,
  sameDims,
  split,
} from "../channels-first.ts";
import type { Program } from "./program.ts";
import { constantShape, isSureOfNothing, reshaping } from "./shape.ts";

/** Whether the two orders of a value differ in more than the names of its axes. */
export const isConverted = (dims: Dims): boolean => hasChannels(dims) && !movesNothing(dims);

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
    forms.set(normalForm(form, value), name);
    this.#journal.push([value, normalForm(form, value)]);
  }

  mark(): number {
    return this.#journal.length;
  }

  /** Forgets the forms that were made since the mark. */
  rollback(mark: number): void {
    for (const [value, form] of this.#journal.splice(mark)) this.#forms.get(value)?.delete(form);
  }

  has(value: Value, form: Form): boolean {
    return this.#forms.get(value)?.has(normalForm(form, value)) ?? false;
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
    const form = normalForm(wanted, value);
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
