// A model of a text on tensors: built at the sizes that the tensors have.
import { emptyOutputs, type Graph, sizesFor, withUpdates, workOf } from "../../compiler/index.ts";
import { type Arrays, fromInterface, type Layout, toInterface } from "../../lab/index.ts";
import { refuseTooLarge } from "../bounded.ts";
import { chooseModel, type Elaborated, elaborateChosen } from "../model.ts";
import { checkWeightOptions, chooseWeights } from "../weights/choose.ts";
import type { Answer } from "./engines.ts";
import type { StoredTensor } from "./files.ts";
import { type Assigned, assignInputs } from "./inputs.ts";
import { checkRank, checkShape, checkType, numbersOfInput } from "./numbers.ts";
import type { Ran } from "./report.ts";
import { checkOutput, namesIn, type Result, writeResults } from "./results.ts";
import { type RunOptions, type Settings, settingsOf } from "./settings.ts";

export async function runText(reference: string, options: RunOptions, status: (text: string) => void): Promise<Ran> {
  const settings = settingsOf(options);
  checkWeightOptions(options);
  const { engine, phase, layout, isDouble } = settings;
  const open = updating(elaborateChosen(chooseModel(reference, options), phase, { weights: false }), settings);
  const assigned = assignInputs(options.input ?? [], namesIn(open.graph.inputs));
  const path = checkOutput(options.output, namesIn(resultsOf(open.graph)), assigned);
  const ran = nothingToRun(open, assigned, layout) ?? (await ranIn(open, assigned, settings, options, status));
  const { graph, diagnostics, answer, notes, document } = ran;
  const results = answered(graph, answer, layout);
  const bytes = await writeResults(path, results, isDouble);
  return {
    name: graph.name,
    phase,
    engine: engine.name,
    layout,
    answer,
    inputs: assigned.tensors,
    results,
    path,
    bytes,
    notes: [...assigned.notes, ...notes],
    diagnostics,
    ...(document && { weights: document }),
  };
}

interface Answered extends Pick<Elaborated, "graph" | "diagnostics">, Pick<Ran, "notes"> {
  readonly answer: Answer;
  readonly document?: Ran["weights"];
}

/** Where nothing can come out, as for no boxes, nothing is built and no engine started. */
function nothingToRun({ graph, diagnostics }: Elaborated, { tensors }: Assigned, layout: Layout): Answered | undefined {
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, logical(shape, layout)]));
  const empty = emptyOutputs(graph, shapes);
  if (!empty) return undefined;
  const arrays = empty.map((dims) => ({ dims, data: new Float64Array(0) }));
  const notes = ["nothing comes out of what flows in, so nothing was run"];
  return { graph, diagnostics, answer: { arrays, backend: "no engine", milliseconds: 0 }, notes };
}

async function ranIn(
  open: Elaborated,
  assigned: Assigned,
  settings: Settings,
  options: RunOptions,
  status: (text: string) => void,
): Promise<Answered> {
  const { engine } = settings;
  const model = fitted(open, assigned, settings);
  const { graph, whole, diagnostics } = model;
  // What stayed free is empty.
  const work = workOf(graph, new Map(graph.free.map((name) => [name, 1])));
  refuseTooLarge(graph, work.alive, work, "smaller inputs need less");
  const { weights, doubts, notes, document } = chooseWeights(model, whole, options);
  const fed = feedsOf(graph, assigned, settings);
  status(`running in ${engine.name}`);
  const answer = await engine.run({ graph, weights, feeds: fed.feeds });
  const told = { notes: [...fed.notes, ...notes], diagnostics: [...diagnostics, ...doubts] };
  return { graph, answer, ...told, ...(document && { document }) };
}

const updating = (model: Elaborated, { hasUpdates }: Settings): Elaborated =>
  hasUpdates ? { ...model, graph: withUpdates(model.graph) } : model;

const resultsOf = ({ outputs, losses, updates = [] }: Graph) => [
  ...outputs.map((each) => ({ ...each, isLoss: false })),
  ...losses.map((each) => ({ ...each, isLoss: true })),
  ...updates.map((each) => ({ ...each, isLoss: false })),
];

function answered(graph: Graph, { arrays, backend }: Answer, layout: Layout): readonly Result[] {
  return resultsOf(graph).map(({ name, value, isLoss }, i) => {
    const array = arrays[i];
    if (!array) throw new Error(`internal: ${backend} did not answer ${name}`);
    return { name, dtype: value.type.dtype, isLoss, array: toInterface(array, layout) };
  });
}

/** The model at the sizes that the tensors have; what does not fit is refused before a number is read. */
function fitted(open: Elaborated, { tensors }: Assigned, settings: Settings): Elaborated {
  const { phase, layout } = settings;
  const { graph, request } = open;
  const pairs = graph.inputs.map((input) => ({ input, tensor: tensors.get(input.name) as StoredTensor }));
  for (const { input, tensor } of pairs) {
    checkType(input.name, input.value.type.dtype, tensor);
    checkRank(input, tensor, graph);
  }
  const shapes = new Map(pairs.map(({ input, tensor }) => [input.name, logical(tensor.shape, layout)]));
  const at = { ...sizesFor(graph, shapes), ...request.at };
  const model = updating(elaborateChosen({ ...open, request: { ...request, at } }, phase), settings);
  for (const [i, fixed] of model.graph.inputs.entries()) {
    const { input, tensor } = pairs[i] ?? {};
    if (input && tensor) checkShape(fixed, input, shapes.get(input.name) ?? [], tensor, graph);
  }
  return model;
}

/** A shape as the text has it. */
const logical = (shape: readonly number[], layout: Layout): readonly number[] =>
  layout === "nchw" && shape.length >= 4 ? [...shape.slice(0, -3), ...shape.slice(-2), ...shape.slice(-3, -2)] : shape;

function feedsOf(
  { inputs }: Graph,
  { tensors }: Assigned,
  { layout, isDouble }: Settings,
): { readonly feeds: Arrays; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const feeds = inputs.map(({ name, value }) => {
    const { array, note } = numbersOfInput(name, value.type.dtype, tensors.get(name) as StoredTensor, isDouble);
    if (note !== undefined) notes.push(note);
    return [name, fromInterface(array, layout)] as const;
  });
  return { feeds: new Map(feeds), notes };
}
