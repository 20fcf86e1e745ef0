// `deepmacc weights init` and `weights convert`: safetensors under the paths of a model, or as they were.

import {
  bytesOf,
  type Checkpoint,
  halfBytes,
  isProblem,
  type SafetensorsFile,
  type TensorToWrite,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import {
  borrowed,
  freshWeights,
  type Graph,
  keepsSingle,
  type WeightReader,
  weightsOfGraph,
} from "../../compiler/index.ts";
import { byteText, grouped, inLine, type Paint, renderDiagnostics } from "../../report/index.ts";
import { exits, Failure, type Outcome } from "../exit.ts";
import { chooseModel, elaborateChosen, type ModelOptions } from "../model.ts";
import { writeWhole } from "../output/index.ts";
import { fileNameOf } from "../reference.ts";
import { precisionNamed, refuseTooLarge } from "../targets/index.ts";
import { type ReadingOptions, seedOf, weightsOf } from "./choose.ts";
import { openWeights } from "./open.ts";

export interface InitOptions extends ModelOptions {
  readonly output?: string;
  readonly dtype?: string;
  readonly seed?: string;
}

export interface ConvertOptions extends ModelOptions, ReadingOptions {
  readonly output?: string;
  readonly dtype?: string;
  readonly model?: string;
}

type Progress = (written: number, total: number) => void;

/** Everything that training learns or keeps, and inference reads. */
export async function init(
  reference: string,
  options: InitOptions,
  paint: Paint,
  progress: Progress,
): Promise<Outcome> {
  const weights = freshWeights(seedOf(options.seed));
  const precision = precisionNamed(options.dtype);
  const chosen = chooseModel(reference, options);
  const { graph } = elaborateChosen(chosen, "train");
  const output = options.output ?? `${fileNameOf(chosen.reference)}.safetensors`;
  const about = { model: graph.name, tensors: weightsOfGraph(graph).size };
  return write(output, fileOf(graph, weights, precision), about, paint, progress);
}

/** With a model: its weights under its paths, in float32. Without one: every tensor as it is. */
export async function convert(
  file: string,
  options: ConvertOptions,
  paint: Paint,
  progress: Progress,
): Promise<Outcome> {
  const { output, model } = options;
  if (output === undefined) throw new Failure(exits.usage, "name the file to write: -o weights.safetensors");
  if (model !== undefined) return convertFor(model, file, options, paint, progress);
  const [about] = (["map", "axes", "flatten", "dtype"] as const).filter((option) => options[option] !== undefined);
  if (about !== undefined)
    throw new Failure(exits.usage, `--${about} is about the weights of a model, but there is no --model`, [
      "name it: --model 'HG[52]'",
    ]);
  const checkpoint = openWeights(file);
  const tensors = [...checkpoint.tensors.values()].map((entry) => copied(entry.name, checkpoint, file));
  const written = writeSafetensors(tensors, Object.fromEntries(checkpoint.metadata));
  const [slots, others] = [checkpoint.slots.size, checkpoint.others.length];
  const left = [
    ...(slots > 0 ? [`${grouped(slots)} variables of an optimiser`] : []),
    ...(others > 0 ? [`${grouped(others)} entries that hold no numbers`] : []),
  ];
  const outcome = await write(output, written, { tensors: tensors.length, slots, others }, paint, progress);
  return left.length > 0 ? { ...outcome, stderr: `note: left out: ${left.join(" and ")}\n` } : outcome;
}

async function convertFor(
  model: string,
  file: string,
  options: ConvertOptions,
  paint: Paint,
  progress: Progress,
): Promise<Outcome> {
  const chosen = chooseModel(model, options);
  const { graph } = elaborateChosen(chosen, "infer");
  const { weights, document, notes, doubts } = weightsOf(file, options, graph, chosen);
  const about = { model: graph.name, tensors: weightsOfGraph(graph).size, weights: document };
  const outcome = await write(
    options.output ?? "",
    fileOf(graph, weights, precisionNamed(options.dtype)),
    about,
    paint,
    progress,
  );
  const warnings = doubts.length > 0 ? renderDiagnostics(doubts, paint) : "";
  return { ...outcome, stderr: warnings + notes.map((note) => `note: ${note}\n`).join("") };
}

/** The weights of a graph by their paths, in logical order; `axes` tells a reader that kernels are HWIO. */
function fileOf(graph: Graph, weights: WeightReader, precision: "f32" | "f16"): SafetensorsFile {
  const single = singleWeights(graph);
  const tensors = [...weightsOfGraph(graph).values()].map((weight): TensorToWrite => {
    const isHalf = precision === "f16" && !single.has(weight.path);
    return {
      name: weight.path,
      dtype: isHalf ? "F16" : "F32",
      shape: weight.dims.map(Number),
      *content() {
        const numbers = borrowed(weights, weight, "logical");
        if (isHalf) yield halfBytes(numbers, weight.path);
        else yield* bytesOf(numbers);
      },
    };
  });
  return writeSafetensors(tensors, { axes: "tensorflow", model: graph.name });
}

/** Paths of the weights that stay in single precision. */
const singleWeights = ({ nodes }: Graph): ReadonlySet<string> =>
  new Set(nodes.filter(keepsSingle).flatMap(({ weights }) => Object.values(weights).map(({ path }) => path)));

function copied(name: string, checkpoint: Checkpoint, file: string): TensorToWrite {
  const { dtype, shape } = checkpoint.tensors.get(name) as { dtype: TensorToWrite["dtype"]; shape: readonly number[] };
  return {
    name,
    dtype,
    shape,
    *content() {
      for (const piece of checkpoint.pieces(name)) {
        if (isProblem(piece)) throw new Failure(exits.diagnostics, `${file} cannot be used: ${piece.problem}`);
        yield piece;
      }
    },
  };
}

async function write(
  path: string,
  file: SafetensorsFile,
  more: { readonly tensors: number } & Readonly<Record<string, unknown>>,
  paint: Paint,
  progress: Progress,
): Promise<Outcome> {
  await writeWhole(path, file.chunks(), (written) => progress(written, file.bytes)).catch(refuseTooLarge);
  return {
    exit: exits.ok,
    document: { file: path, bytes: file.bytes, ...more },
    stdout: `${paint.strong(inLine(path))} (${byteText(file.bytes)}): ${grouped(more.tensors)} tensors\n`,
  };
}
