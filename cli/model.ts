// From a REF to a program, the request for one of its models, and the model as a graph with its weights.
import {
  elaborate,
  type Graph,
  type ModelName,
  modelsOf,
  type PartRequest,
  type Phase,
  type Program,
  type Session,
} from "../compiler/index.ts";
import { type Diagnostic, nearest } from "../grammar/index.ts";
import { payForWriting } from "./bounded.ts";
import type { Chosen } from "./chosen.ts";
import { exits, Failure, Refused } from "./exit.ts";
import { loadFile, type SourceOptions, type Workspace, workspaceFor } from "./programs.ts";
import { parseFields, parseReference, parseSizes, type Reference, referenceHelp, shippedGuess } from "./reference.ts";
import {
  type ChosenWeights,
  checkWeightOptions,
  chooseWeights,
  type WeightOptions,
  withoutWeights,
} from "./weights/choose.ts";

export interface ModelOptions extends SourceOptions {
  readonly at?: readonly string[];
  readonly with?: readonly string[];
  /** A part of the model. */
  readonly part?: string;
  /** A part that the command line makes up. */
  readonly from?: string;
  readonly to?: string;
}

/** A model as a graph, ready to be written. */
export interface Elaborated extends Chosen {
  readonly graph: Graph;
  /** What the graph is cut out of, where it is a part; its weights are those of a checkpoint. */
  readonly whole: Graph;
  /** Warnings and hints. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface Prepared extends Elaborated, ChosenWeights {}

/** What every command that writes or runs a model begins with: the model, its graph, its weights. */
export function prepare(text: string, options: ModelOptions & WeightOptions): Prepared {
  checkWeightOptions(options);
  const elaborated = elaborateChosen(chooseModel(text, options), "infer");
  payForWriting(elaborated.graph, elaborated.session);
  const weights = chooseWeights(elaborated, elaborated.whole, options);
  return { ...elaborated, ...weights, diagnostics: [...elaborated.diagnostics, ...weights.doubts] };
}

/** With `--no-weights`: the architecture alone. */
export function prepareOpen(text: string, options: ModelOptions): Elaborated & typeof withoutWeights {
  const elaborated = elaborateChosen(chooseModel(text, options), "infer");
  payForWriting(elaborated.graph, elaborated.session);
  return { ...elaborated, ...withoutWeights };
}

/** `weights`: whether every weight must have a known shape. */
export function elaborateChosen(chosen: Chosen, phase: Phase, { weights = true } = {}): Elaborated {
  const { program, request, session } = chosen;
  const { graph, whole = graph, diagnostics } = elaborate(program, request, phase, { weights, session });
  if (!graph || !whole) throw new Refused(diagnostics);
  return { ...chosen, graph, whole, diagnostics };
}

/** What REF, `--at` and `--with` say together. */
export function chooseModel(text: string, options: ModelOptions): Chosen {
  const at = options.at && parseSizes(options.at.join(","));
  const fields = options.with && parseFields(options.with.join(","));
  const reference = parseReference(text);
  const workspace = workspaceFor(options);
  const program = loadReferenced(reference.file, workspace);
  const broken = program.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (broken.length > 0) throw new Refused(broken);
  const { session } = workspace;
  const named = nameModel(reference, program, session);
  const part = partIn(options);
  const request = {
    ...named,
    ...(at && { at }),
    ...(fields !== undefined && { with: fields }),
    ...(part !== undefined && { part }),
  };
  return { reference, program, request, session };
}

/** What `--part`, or `--from` and `--to`, say; the whole where nobody asks for less. */
function partIn({ part, from, to }: ModelOptions): PartRequest | undefined {
  if (part !== undefined && (from ?? to) !== undefined)
    throw new Failure(exits.usage, "--part names a part of the text, --from and --to make one up", [
      "use one of the two",
    ]);
  if (from !== undefined && to === undefined)
    throw new Failure(exits.usage, "--from says what flows in, but nothing says what flows out", [
      "name it: --to masks",
    ]);
  return part ?? (to === undefined ? undefined : { ...(from !== undefined && { from }), to });
}

/** What is no file and does not look like one may be a REF with a slip in it. */
function loadReferenced(file: string, workspace: Workspace): Program {
  try {
    const loaded = loadFile(file, workspace);
    if ("diagnostics" in loaded) throw new Refused(loaded.diagnostics);
    return loaded.program;
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.exit !== exits.io || file.endsWith(".dm")) throw problem;
    const guess = shippedGuess(file);
    throw new Failure(problem.exit, problem.message, [
      ...problem.help,
      guess && `did you mean ${guess}, which ships with the package?`,
      referenceHelp,
    ]);
  }
}

/** The model that REF names; without a name, the only one of the file. */
function nameModel(
  { file, model, key }: Reference,
  program: Program,
  session: Session,
): { model: string; key?: string } {
  const models = modelsOf(program, session);
  if (model !== undefined) {
    if (!models.some(({ name }) => name === model)) throw unknownModel(file, model, models, program);
    return key === undefined ? { model } : { model, key };
  }
  const [only] = models;
  if (!only) throw new Failure(exits.usage, `${file} has no model`);
  if (models.length > 1 || only.keys.length > 0)
    throw new Failure(exits.usage, `${file} has more than one model; name one`, [listing(file, models)]);
  return { model: only.name };
}

function unknownModel(file: string, model: string, models: readonly ModelName[], program: Program): Failure {
  const other = program.entry.declarations.get(model);
  if (other)
    return new Failure(exits.usage, `${model} of ${file} is no model: it is declared as a ${other.kind}`, [
      other.kind === "block" ? `give it an input: model Net on x: f32[N, H, W, 3] = x -> ${model}` : undefined,
      listing(file, models),
    ]);
  const guess =
    nearest(model, membersOf(models)) ??
    nearest(
      model,
      models.map(({ name }) => name),
    );
  return new Failure(exits.usage, model === "" ? `${file}: names no model` : `${file} has no model ${model}`, [
    guess && `did you mean ${guess}?`,
    listing(file, models),
  ]);
}

/** As a REF names them: "HG[20]" */
const membersOf = (models: readonly ModelName[]): readonly string[] =>
  models.flatMap(({ name, keys }) => (keys.length === 0 ? [name] : keys.map((key) => `${name}[${key}]`)));

function listing(file: string, models: readonly ModelName[]): string {
  const names = membersOf(models);
  const shown = names.length > 12 ? [...names.slice(0, 12), "…"] : names;
  return shown.length === 0 ? `${file} has no models` : `its models are ${shown.join(", ")}`;
}
