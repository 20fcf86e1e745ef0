// Which weights a model gets: those of `--weights`, those that its text declares, or fresh ones.

import { dirname, join } from "node:path";
import { type Problem, printable } from "../../checkpoints/index.ts";
import {
  type AxisOrder,
  type Bound,
  bindGraph,
  boundWeights,
  declaredWeights,
  elaborate,
  freshWeights,
  type Graph,
  type StatedOrders,
  type WeightFiles,
  type WeightReader,
} from "../../compiler/index.ts";
import type { Diagnostic, Span } from "../../grammar/index.ts";
import { grouped } from "../../report/index.ts";
import type { Chosen } from "../chosen.ts";
import { exits, Failure, Refused, Unreadable } from "../exit.ts";
import { pathRefusal } from "../files.ts";
import { parseWhole } from "../reference.ts";
import { namingsOf, shippedNamings } from "./namings.ts";
import { findWeights, openWeights } from "./open.ts";
import { relativesOf } from "./relatives.ts";

/** How a file is read. */
export interface ReadingOptions {
  readonly map?: string;
  readonly axes?: string;
  readonly flatten?: string;
}

export interface WeightOptions extends ReadingOptions {
  /** A checkpoint. */
  readonly weights?: string | undefined;
  readonly seed?: string;
}

export interface ChosenWeights {
  readonly weights: WeightReader;
  /** Where they came from, for the document of `--json`; undefined where they are fresh. */
  readonly document?: WeightsDocument;
  /** What a person should know: how much of the file was left over. */
  readonly notes: readonly string[];
  /** Warnings: what may be wrong although everything fits. */
  readonly doubts: readonly Diagnostic[];
}

/** `--no-weights`: the architecture alone. */
export const withoutWeights: Omit<ChosenWeights, "weights"> & { readonly weights: undefined } = {
  weights: undefined,
  notes: [],
  doubts: [],
};

interface WeightsDocument {
  readonly file: string;
  readonly format: string;
  readonly naming: string;
  /** What every name of the file begins with and was left out; "" where nothing was. */
  readonly prefix: string;
  readonly tensors: number;
  readonly unused: number;
  readonly slots: number;
}

/** Refuses options that contradict each other, before any work is done. */
export function checkWeightOptions({ weights, seed, ...reading }: WeightOptions): void {
  seedOf(seed);
  ordersOf(reading);
  const isNamed = weights !== undefined;
  if (isNamed && seed !== undefined)
    throw new Failure(exits.usage, "--seed draws fresh weights, but --weights names a file", ["use one of the two"]);
  const [about] = (["map", "axes", "flatten"] as const).filter((option) => reading[option] !== undefined);
  if (!isNamed && about !== undefined)
    throw new Failure(exits.usage, `--${about} says how a file is read, but there is no --weights`, [
      "name the file: --weights ckpt-0",
    ]);
}

/** What `--axes` and `--flatten` say. */
function ordersOf({ axes, flatten }: ReadingOptions): StatedOrders {
  return {
    ...(axes !== undefined && { axes: orderNamed(axes, "--axes") }),
    ...(flatten !== undefined && { flatten: orderNamed(flatten, "--flatten") }),
  };
}

function orderNamed(text: string, option: string): AxisOrder {
  if (text === "torch" || text === "tensorflow") return text;
  throw new Failure(exits.usage, `${option} is tensorflow or torch, not ${text}`, ["Keras has TensorFlow's order"]);
}

export const seedOf = (seed: string | undefined): number =>
  seed === undefined ? 0 : parseWhole(seed, "--seed", [0, Number.MAX_SAFE_INTEGER]);

/** The declaration of a text counts where no option says otherwise. */
export function chooseWeights(model: Chosen, graph: Graph, options: WeightOptions): ChosenWeights {
  const { weights, seed } = options;
  if (weights !== undefined) return weightsOf(weights, options, graph, model);
  const declared = seed === undefined ? declaredWeights(model.program, graph, weightFiles, model.session) : undefined;
  if (!declared) return { weights: freshWeights(seedOf(seed)), notes: [], doubts: [] };
  if ("diagnostics" in declared) throw new Refused(declared.diagnostics);
  return chosen(declared.file, graph, declared);
}

/** The weights of a named file, bound to a graph. */
export function weightsOf(
  file: string,
  options: ReadingOptions,
  graph: Graph,
  { program, request, session }: Chosen,
): ChosenWeights {
  const named = namingsOf(options.map);
  if ("diagnostics" in named) throw new Refused(named.diagnostics);
  const subject = { file, model: graph.name, span: spanOf(program, request.model) };
  const checkpoint = openWeights(file);
  const bound = bindGraph(graph, checkpoint, named.namings, subject, {
    stated: ordersOf(options),
    relatives: () => relativesOf(checkpoint, program, session, request),
    budget: session.budget,
    whole: () => wholeOf(program, request, session),
  });
  if ("diagnostics" in bound) throw new Refused(bound.diagnostics);
  return chosen(file, graph, bound);
}

/** The model as it is trained, though a part of it was asked for; the sizes of that part may be none of the whole's. */
function wholeOf(program: Chosen["program"], { part: _, ...whole }: Chosen["request"], session: Chosen["session"]) {
  const { at: _at, ...free } = whole;
  for (const request of [whole, free]) {
    const { graph } = elaborate(program, request, "train", { weights: false, session });
    if (graph) return graph;
  }
  return undefined;
}

function chosen(file: string, graph: Graph, { checkpoint, binding, doubts }: Bound): ChosenWeights {
  const refuse = ({ problem, help }: Problem): never => {
    throw new Failure(exits.diagnostics, `${file} cannot be used: ${problem}`, help);
  };
  const counts = { tensors: binding.tensors.size, unused: binding.unused.length, slots: checkpoint.slots.size };
  const naming = binding.naming.title;
  const left = [
    ...(counts.unused > 0 ? [`${grouped(counts.unused)} other ${counts.unused === 1 ? "tensor" : "tensors"}`] : []),
    ...(counts.slots > 0 ? [`${grouped(counts.slots)} variables of an optimiser`] : []),
  ];
  const { prefix } = binding;
  return {
    weights: boundWeights(checkpoint, binding, refuse),
    document: { file, format: checkpoint.format, naming, prefix, ...counts },
    notes: [
      `${grouped(counts.tensors)} tensors of ${file} are the weights of ${graph.name}, by ${naming}`,
      ...(prefix === "" ? [] : [`every name of it begins with "${printable(prefix)}", which was left out`]),
      ...(left.length > 0 ? [`it does not use ${left.join(" and ")} of that file`] : []),
    ],
    doubts,
  };
}

/** The model's name in the text: where a message about its weights points. */
function spanOf({ entry: { file } }: Chosen["program"], model: string | undefined): Span {
  const named = file.declarations.find(
    (declaration) => declaration.kind === "model" && declaration.name.text === model,
  );
  return named?.kind === "model" ? named.name.span : file.span;
}

/** Paths in a text are relative to it. */
export const weightFiles: WeightFiles = {
  open(path, from) {
    const refused = pathRefusal(path);
    if (refused !== undefined) return { problem: refused };
    try {
      return findWeights(join(dirname(from.name), path));
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      return { problem: problem.reason, help: problem.help };
    }
  },
  shipped: shippedNamings,
  relatives: relativesOf,
};
