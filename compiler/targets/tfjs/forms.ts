// The axes of tensors. tfjs agrees with the language about their order, but its layers for feature maps
// take exactly four axes: leading ones are folded into one, and unfolded where an operator wants them.
// A value is converted when an operator first needs it, once, and both forms are kept.

import type { TensorType, Value } from "../../ir/graph.ts";
import { type Dim, multiplyDims } from "../../sizes/dim/dim.ts";
import type { Program, Tensor } from "./program.ts";

/** How many leading axes are folded into the first one; 1 is the logical form. */
export type Lead = number;

interface Folded {
  readonly tensor: Tensor;
  readonly lead: Lead;
  /** A tensor in logical form with the same leading axes: what unfolding reads them from. */
  readonly like: Tensor;
}

interface Forms {
  logical?: Tensor;
  folded?: Folded;
}

export class Values {
  readonly #program: Program;
  readonly #forms = new Map<Value, Forms>();

  constructor(program: Program) {
    this.#program = program;
  }

  define(value: Value, tensor: Tensor): void {
    this.#forms.set(value, { logical: tensor });
  }

  /** The result of an operator whose inputs were folded: it has their leading axes. */
  defineFolded(value: Value, tensor: Tensor, source: Value, lead: Lead): void {
    const like = this.#of(source).folded?.like;
    if (!like) throw new Error(`internal: ${source.path} was not folded`);
    this.#forms.set(value, { folded: { tensor, lead, like } });
  }

  get(value: Value, lead: Lead): Tensor {
    return lead === 1 ? this.#logical(value) : this.#folded(value, lead);
  }

  /** The form in which an operator without a preference finds its inputs. */
  commonLead(values: readonly Value[]): Lead {
    const [first] = values;
    if (!first) return 1;
    const { logical, folded } = this.#of(first);
    const rank = first.type.dims.length;
    return folded && !logical && values.every((value) => value.type.dims.length === rank) ? folded.lead : 1;
  }

  #of(value: Value): Forms {
    const forms = this.#forms.get(value);
    if (!forms) throw new Error(`internal: ${value.path} is read before it is made`);
    return forms;
  }

  #logical(value: Value): Tensor {
    const forms = this.#of(value);
    if (forms.logical) return forms.logical;
    const { tensor, lead, like } = forms.folded as Folded;
    forms.logical = this.#convert("DeepmaccUnfold", `${value.path}/unfold`, lead, [tensor, like]);
    return forms.logical;
  }

  #folded(value: Value, lead: Lead): Tensor {
    const forms = this.#of(value);
    if (forms.folded?.lead === lead) return forms.folded.tensor;
    const like = this.#logical(value);
    const tensor = this.#convert("DeepmaccFold", `${value.path}/fold`, lead, [like]);
    forms.folded = { tensor, lead, like };
    return tensor;
  }

  #convert(className: string, name: string, lead: Lead, inputs: readonly Tensor[]): Tensor {
    return this.#program.add({ name, className, config: { lead }, weights: [] }, inputs);
  }
}

export function foldedType({ dtype, dims }: TensorType, lead: Lead): TensorType {
  const folded = dims.slice(0, lead).reduce<Dim>(multiplyDims, 1);
  return { dtype, dims: [folded, ...dims.slice(lead)] };
}
