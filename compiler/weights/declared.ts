// `weights MODEL from "file" { … }`: the checkpoint that a text binds to a model. Its header is enough to
// check every name and shape; the numbers are read when the model is built.
import { type Checkpoint, isProblem, type Problem, type TensorEntry } from "../../checkpoints/index.ts";
import { type Diagnostic, diagnose, type Source, type Weights } from "../../grammar/index.ts";
import type { Budget } from "../budget/budget.ts";
import { underlying } from "../check/evaluate/aliases.ts";
import { evaluate } from "../check/evaluate/expressions.ts";
import { elaborateModel } from "../check/models/elaborate.ts";
import { newSession } from "../check/models/phases.ts";
import { Context } from "../check/state/context.ts";
import { findingSizes } from "../check/state/modes.ts";
import type { Session } from "../check/state/session.ts";
import type { Module, Program } from "../check/text/program.ts";
import { statedOrders } from "../check/text/rules/orders.ts";
import { staticMistakes } from "../check/text/static/static.ts";
import { asDeclared } from "../check/values/data.ts";
import { rootPaths } from "../check/values/paths.ts";
import type { Graph, Phase } from "../ir/graph.ts";
import { messages } from "../messages/messages.ts";
import {
  type Binding,
  bestBinding,
  isComplete,
  type Naming,
  ownPaths,
  type StatedOrders,
  statedBy,
  torchNames,
} from "./bind.ts";
import { flattenedReading, leftoverDoubts, orderDoubts } from "./doubts.ts";
import { leftBeside } from "./leftovers.ts";
import { ruleSetOf, TooManySteps } from "./match.ts";
import { fitTitle, fittingModel, type Relative } from "./relatives.ts";
import { bindingDiagnostics, type Subject } from "./report.ts";
import { usesOf } from "./uses.ts";
import { weightsOfGraph } from "./weights-of-graph.ts";

/** Files and mappings that the caller can reach. */
export interface WeightFiles {
  /** Opens what a declaration names, seen from its file; undefined where nothing is there. */
  open(path: string, from: Source): Checkpoint | Problem | undefined;
  /** Namings to try where neither the paths of the model nor its PyTorch names fit. */
  shipped(): readonly Naming[];
  /** Models that a file may belong to instead: of the program, or what the caller knows. */
  relatives?(checkpoint: Checkpoint, program: Program, session: Session): Iterable<Relative>;
}

export interface Bound {
  readonly checkpoint: Checkpoint;
  readonly binding: Binding;
  /** Warnings: what is doubtful about it. */
  readonly doubts: readonly Diagnostic[];
}

/** What the text itself binds; `file` is the path as the text has it. */
export type Declares = (Bound & { readonly file: string }) | { readonly diagnostics: readonly Diagnostic[] };

export type Binds = Bound | { readonly diagnostics: readonly Diagnostic[] };

/** What the caller of a binding knows beside the names. */
export interface BindOptions {
  /** Counts before what a mapping says. */
  readonly stated?: StatedOrders;
  readonly relatives?: () => Iterable<Relative>;
  /** Pays for the steps of rules. */
  readonly budget?: Budget;
  /** The model as it is trained, as a whole: what a file has for it alone is not left over by mistake. */
  readonly whole?: () => Graph | undefined;
}

/** Binds by the first of the namings that fits; says what is wrong with the nearest where none does. */
export function bindGraph(
  graph: Graph,
  checkpoint: Checkpoint,
  namings: readonly Naming[],
  subject: Subject,
  options: BindOptions = {},
): Binds {
  try {
    return bindSoundly(graph, checkpoint, namings, subject, options);
  } catch (problem) {
    if (!(problem instanceof TooManySteps)) throw problem;
    return { diagnostics: [diagnose(messages, "DM5405", subject.span, { file: subject.file })] };
  }
}

function bindSoundly(
  graph: Graph,
  checkpoint: Checkpoint,
  namings: readonly Naming[],
  subject: Subject,
  { stated, relatives = () => [], whole = () => undefined, budget }: BindOptions,
): Binds {
  const uses = usesOf(graph);
  const binding = bestBinding(weightsOfGraph(graph), checkpoint, namings, {
    uses,
    ...(stated && { stated }),
    ...(budget && { spend: (steps: number) => budget.spend(steps, subject.span) }),
  });
  const fitting = () => fittingModel(checkpoint, namings, relatives());
  if (!isComplete(binding)) {
    const other = fitting();
    return { diagnostics: bindingDiagnostics(binding, { ...subject, isMeant: namings.length === 1 }, other) };
  }
  const flatten = stated?.flatten ?? statedBy(binding.naming).flatten ?? flattenOf(checkpoint);
  const reading = flattenedReading(binding, uses, flatten, subject);
  const deeper = () => {
    const found = fitting();
    return found && found.binding.tensors.size > binding.tensors.size ? fitTitle(found) : undefined;
  };
  const doubts = [
    ...orderDoubts(binding, subject),
    ...reading.diagnostics,
    ...leftoverDoubts(leftover(binding, checkpoint, whole), subject, deeper),
  ];
  if (doubts.some(({ severity }) => severity === "error")) return { diagnostics: doubts };
  return { checkpoint, binding: { ...binding, channelsFirst: reading.channelsFirst }, doubts };
}

/** Tensors beside used ones that the whole model has no use for either. */
function leftover(binding: Binding, checkpoint: Checkpoint, whole: () => Graph | undefined): readonly TensorEntry[] {
  const left = leftBeside(binding);
  const graph = left.length > 0 ? whole() : undefined;
  if (!graph) return left;
  const used = new Set(bestBinding(weightsOfGraph(graph), checkpoint, [binding.naming]).tensors.values());
  return left.filter((tensor) => !used.has(tensor));
}

/** Files that this compiler wrote say so. */
const flattenOf = ({ metadata }: Checkpoint): StatedOrders["flatten"] =>
  metadata.get("flatten") === "tensorflow" || metadata.get("axes") === "tensorflow" ? "tensorflow" : undefined;

/** What is wrong with the files that the `weights` declarations of a program name. */
export function checkWeightFiles(
  program: Program,
  files: WeightFiles,
  session: Session = newSession(),
): readonly Diagnostic[] {
  return soundDeclarations(program, session).flatMap((declaration) => {
    const graph = graphOf(declaration, program.entry, session);
    const bound = graph && bindDeclaration(declaration, graph, program, files, session);
    if (!bound) return graph ? [missing(declaration)] : [];
    return "diagnostics" in bound ? bound.diagnostics : bound.doubts;
  });
}

/** What the text itself binds to the model of a graph; undefined where it binds nothing. */
export function declaredWeights(
  program: Program,
  graph: Graph,
  files: WeightFiles,
  session: Session = newSession(),
): Declares | undefined {
  for (const declaration of soundDeclarations(program, session)) {
    const named = graphOf(declaration, program.entry, session);
    if (!named || !isSameModel(named, graph)) continue;
    const bound = bindDeclaration(declaration, graph, program, files, session);
    if (!bound) return { diagnostics: [unusable(declaration, { problem: "it is not there" })] };
    return "diagnostics" in bound ? bound : { ...bound, file: declaration.path };
  }
  return undefined;
}

const soundDeclarations = ({ entry }: Program, session: Session): readonly Weights[] =>
  entry.file.declarations.filter(
    (declaration): declaration is Weights =>
      declaration.kind === "weights" && staticMistakes(entry, declaration, session.text).length === 0,
  );

function missing({ path, pathSpan }: Weights): Diagnostic {
  return diagnose(messages, "DM5404/missing", pathSpan, { file: `"${path}"` });
}

function unusable({ path, pathSpan }: Weights, { problem: reason, help = [] }: Problem): Diagnostic {
  return diagnose(messages, "DM5404", pathSpan, { file: `"${path}"`, reason }, { help });
}

/** The model that a declaration names; undefined where it has mistakes, which `check` reports on its own. */
function graphOf(declaration: Weights, module: Module, session: Session, phase: Phase = "infer"): Graph | undefined {
  const c = new Context(session, phase, findingSizes);
  return c.untilStopped(() => {
    const scope = { module, parent: undefined, names: new Map(), paths: rootPaths() };
    const block = asDeclared(evaluate(declaration.model, scope, c));
    const model = block && underlying(block, c);
    return model && !c.failed ? elaborateModel(model, phase, session).build(c.adds)?.graph : undefined;
  });
}

function bindDeclaration(
  declaration: Weights,
  graph: Graph,
  program: Program,
  files: WeightFiles,
  session: Session,
): Binds | undefined {
  const { path, pathSpan, rules } = declaration;
  const module = program.entry;
  const checkpoint = files.open(path, module.file.source);
  if (!checkpoint) return undefined;
  const file = `"${path}"`;
  if (isProblem(checkpoint)) return { diagnostics: [unusable(declaration, checkpoint)] };
  const stated = statedOrders(declaration.annotations);
  const own: Naming = { kind: "rules", title: "the rules of this declaration", rules: ruleSetOf(rules, module) };
  const namings = rules.length > 0 ? [own] : [ownPaths, torchNames, ...files.shipped()];
  const relatives = () => files.relatives?.(checkpoint, program, session) ?? [];
  const whole = () => graphOf(declaration, module, session, "train");
  const subject = { file, model: graph.name, span: pathSpan };
  return bindGraph(graph, checkpoint, namings, subject, { stated, relatives, whole, budget: session.budget });
}

/** The same model: one name, and weights whose sizes agree as far as they are known. */
function isSameModel(named: Graph, graph: Graph): boolean {
  const wanted = weightsOfGraph(graph);
  const given = weightsOfGraph(named);
  return (
    named.name === graph.name &&
    given.size === wanted.size &&
    [...given].every(([path, { dims }]) => {
      const other = wanted.get(path)?.dims;
      return other?.every((dim, i) => typeof dims[i] !== "number" || dim === dims[i]) ?? false;
    })
  );
}
