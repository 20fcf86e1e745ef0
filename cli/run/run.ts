// `deepmacc run REF`: a model on tensors from files, in one engine; the results as files. How engines are compared.
import { existsSync, realpathSync } from "node:fs";
import { type Graph, type Phase, sizesFor, workOf } from "../../compiler/index.ts";
import { type Arrays, fromInterface, type Layout, toInterface } from "../../lab/index.ts";
import { diagnosticsDocument, type Paint, renderDiagnostics } from "../../report/index.ts";
import { refuseTooLarge, withinMemory } from "../bounded.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { chooseModel, type Elaborated, elaborateChosen, type ModelOptions } from "../model.ts";
import { layoutOf } from "../targets/index.ts";
import { checkWeightOptions, chooseWeights, type WeightOptions } from "../weights/choose.ts";
import { type Engine, engineNamed } from "./engines.ts";
import type { StoredTensor } from "./files.ts";
import { type Assigned, assignInputs } from "./inputs.ts";
import { checkRank, checkShape, checkType, numbersOfInput } from "./numbers.ts";
import { type Ran, ranDocument, ranText } from "./report.ts";
import { checkOutput, type Result, writeResults } from "./results.ts";

export interface RunOptions extends ModelOptions, WeightOptions {
  readonly input?: readonly string[];
  readonly output?: string;
  readonly engine?: string;
  readonly phase?: string;
  readonly layout?: string;
  readonly float64?: boolean;
}

interface Settings {
  readonly engine: Engine;
  readonly phase: Phase;
  readonly layout: Layout;
  readonly isDouble: boolean;
}

export async function run(
  reference: string,
  options: RunOptions,
  paint: Paint,
  status: (text: string) => void = () => {},
): Promise<Outcome> {
  const settings = settingsOf(options);
  checkWeightOptions(options);
  const { engine, phase, layout, isDouble } = settings;
  const chosen = chooseModel(reference, options);
  const open = elaborateChosen(chosen, phase, { weights: false });
  const path = checkOutput(
    options.output,
    resultsOf(open.graph).map(({ name }) => name),
  );
  const assigned = assignInputs(
    options.input ?? [],
    open.graph.inputs.map(({ name }) => name),
  );
  refuseOverwriting(path, assigned);
  const model = fitted(open, assigned, settings);
  const { graph } = model;
  const work = workOf(graph);
  refuseTooLarge(graph, work.alive, work, "smaller inputs need less");
  const chosenWeights = chooseWeights(model, graph, options);
  return withinMemory(async () => {
    const { feeds, notes } = feedsOf(graph, assigned, settings);
    status(`running in ${engine.name}`);
    const answer = await engine.run({ graph, weights: chosenWeights.weights, feeds });
    const results = resultsOf(graph).map(({ name, value, isLoss }, i): Result => {
      const array = answer.arrays[i];
      if (!array) throw new Error(`internal: ${engine.name} did not answer ${name}`);
      return { name, dtype: value.type.dtype, isLoss, array: toInterface(array, layout) };
    });
    const bytes = await writeResults(path, results, isDouble);
    status("");
    const diagnostics = [...model.diagnostics, ...chosenWeights.doubts].filter(({ severity }) => severity !== "hint");
    const ran: Ran = { graph, engine: engine.name, layout, answer, results, path, bytes, inputs: assigned.tensors };
    const told = [...assigned.notes, ...notes, ...chosenWeights.notes].map((note) => `note: ${note}\n`).join("");
    return {
      exit: exits.ok,
      document: {
        ...ranDocument(ran),
        ...(chosenWeights.document && { weights: chosenWeights.document }),
        ...diagnosticsDocument(diagnostics),
      },
      stdout: ranText(ran, paint),
      stderr: (diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "") + told,
    };
  });
}

function settingsOf({ engine: name = "onnx", phase = "infer", layout, float64 = false }: RunOptions): Settings {
  const engine = engineNamed(name);
  if (phase !== "infer" && phase !== "train")
    throw new Failure(exits.usage, `--phase is infer or train, not "${phase}"`);
  if (phase === "train" && engine.refusesTraining !== undefined)
    throw new Failure(exits.unsupported, `--engine ${name} has no --phase train: ${engine.refusesTraining}`, [
      "use --engine reference or torch",
    ]);
  if (float64 && name !== "reference")
    throw new Failure(exits.usage, `--engine ${name} computes in float32`, ["--float64 needs --engine reference"]);
  return { engine, phase, layout: layoutOf(layout === undefined ? {} : { layout }), isDouble: float64 };
}

const resultsOf = ({ outputs, losses }: Graph) => [
  ...outputs.map((each) => ({ ...each, isLoss: false })),
  ...losses.map((each) => ({ ...each, isLoss: true })),
];

/** Results never take the place of what they were made from. */
function refuseOverwriting(path: string, { tensors }: Assigned): void {
  if (!existsSync(path)) return;
  const place = realpathSync(path);
  if ([...tensors.values()].some((tensor) => realpathSync(tensor.path) === place))
    throw new Failure(exits.usage, `${path} is an input, and would be written over`, ["name another file with -o"]);
}

/** The model at the sizes that the tensors have; what does not fit is refused before a number is read. */
function fitted(open: Elaborated, { tensors }: Assigned, { phase, layout }: Settings): Elaborated {
  const { graph, request } = open;
  const pairs = graph.inputs.map((input) => ({ input, tensor: tensors.get(input.name) as StoredTensor }));
  for (const { input, tensor } of pairs) {
    checkType(input.name, input.value.type, tensor);
    checkRank(input, tensor, graph);
  }
  const shapes = new Map(pairs.map(({ input, tensor }) => [input.name, logical(tensor.shape, layout)]));
  const at = { ...sizesFor(graph, shapes), ...request.at };
  const model = elaborateChosen({ ...open, request: { ...request, at } }, phase);
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
    const { array, note } = numbersOfInput(name, value.type, tensors.get(name) as StoredTensor, isDouble);
    if (note !== undefined) notes.push(note);
    return [name, fromInterface(array, layout)] as const;
  });
  return { feeds: new Map(feeds), notes };
}
