// `deepmacc build REF --target onnx`: text in, model files out.

import { elaborate } from "../compiler/index.ts";
import { diagnosticsDocument, inLine, type Paint, renderDiagnostics, secondText } from "../report/index.ts";
import { refuseWithoutRoom } from "./bounded.ts";
import { exitOf, exits, Failure, type Outcome } from "./exit.ts";
import type { Declare } from "./host.ts";
import { type Elaborated, type ModelOptions, prepare, prepareOpen } from "./model.ts";
import { expectWritten } from "./not-expressible.ts";
import { withExamples, withPart, withTargetOptions, withWeights } from "./options.ts";
import { buildParts } from "./parts/build.ts";
import { fileNameOf } from "./reference.ts";
import {
  checkTargetOptions,
  parametersOf,
  type TargetOptions,
  targetNamed,
  targetOptions,
  type Written,
} from "./targets/index.ts";
import { verifyBuilt, verifyModeOf, withCheck } from "./verify/built.ts";
import type { ChosenWeights, WeightOptions } from "./weights/choose.ts";

interface BuildOptions extends ModelOptions, TargetOptions, Omit<WeightOptions, "weights"> {
  /** A checkpoint; false with `--no-weights`. */
  readonly weights?: string | false;
  readonly target: string;
  readonly output?: string;
  readonly verify?: string;
}

/** Says how far a long build is; silent where nobody watches. */
export type Progress = (written: number, total: number) => void;

export async function build(
  reference: string,
  options: BuildOptions,
  paint: Paint,
  progress: Progress = () => {},
): Promise<Outcome> {
  const started = performance.now();
  const target = targetNamed(options.target);
  checkTargetOptions(target, options);
  const mode = verifyModeOf(options.verify);
  const { weights: file, ...others } = options;
  const prepared = file === false ? prepareOpen(reference, others) : prepare(reference, { ...others, weights: file });
  const { program, request, session, graph, weights } = prepared;
  const path = options.output ?? target.outputOf(nameOf(prepared));
  if (weights) refuseWithoutRoom(graph, path);
  // Parts are cut out of what runs.
  const trained = () => (request.part === undefined ? elaborate(program, request, "train", { session }).graph : graph);
  const written = expectWritten(await target.write(graph, { path, options, weights, progress, trained }), target);
  const milliseconds = performance.now() - started;
  const checked = await verifyBuilt({ chosen: prepared, graph, target: options.target, path, options, weights }, mode);
  const built = { prepared, path, target: options.target, written, milliseconds };
  return withCheck(outcomeOf(built, paint), checked, mode, paint);
}

/** `deepmac-masks` of a part. */
function nameOf({ reference, request: { part }, graph }: Elaborated): string {
  const name = fileNameOf(reference);
  return part === undefined ? name : `${name}-${graph.name.slice(graph.name.lastIndexOf(".") + 1)}`;
}

interface Built {
  readonly prepared: Elaborated & Omit<ChosenWeights, "weights">;
  readonly path: string;
  readonly target: string;
  readonly written: Written;
  readonly milliseconds: number;
}

function outcomeOf({ prepared, path, target, written, milliseconds }: Built, paint: Paint): Outcome {
  const { graph, document, notes } = prepared;
  const remarks = [...prepared.diagnostics.filter(({ severity }) => severity !== "hint"), ...(written.remarks ?? [])];
  const { name, rules } = graph;
  const time = secondText(milliseconds);
  return {
    exit: exitOf(remarks),
    document: {
      name,
      target,
      file: path,
      params: parametersOf(graph),
      requires: rules.text,
      ...written.document,
      ...(document && { weights: document }),
      ...diagnosticsDocument(remarks),
    },
    stdout: `${paint.strong(inLine(path))} ${written.size}: ${name}, ${written.contents}, ${time}\n`,
    stderr:
      (remarks.length > 0 ? renderDiagnostics(remarks, paint) : "") + notes.map((note) => `note: ${note}\n`).join(""),
  };
}

function checkAllParts({ part, from, to, target }: BuildOptions, parts: boolean): void {
  if ((part ?? from ?? to) === undefined) return;
  const asked = parts ? "--parts" : `--target ${target}`;
  throw new Failure(exits.usage, `${asked} writes all parts of the text, --part, --from and --to ask for one`, [
    "use one of the two",
  ]);
}

export const declare: Declare = (command, { paint, answer, progress }) => {
  withTargetOptions(withPart(withWeights(command)), targetOptions)
    .requiredOption("--target <target>", "what to write: onnx (a file), tfjs, torch or triton (a directory)", "onnx")
    .option("-o, --output <path>", "where to write it (the model's name in this directory)")
    .option("--no-weights", "write the architecture alone (in ONNX, weights become inputs)")
    .option(
      "--verify <how>",
      "run the file and compare: off, quick (small models, one input; not torch) or full (quick)",
    )
    .option("--parts", "write all parts that the text states into a folder, with a manifest")
    .action(async (reference: string, { parts, ...options }: BuildOptions & { readonly parts?: boolean }) => {
      const isFolder = parts === true || targetNamed(options.target).repository !== undefined;
      if (isFolder) checkAllParts(options, parts === true);
      answer(await (isFolder ? buildParts : build)(reference, options, paint, progress));
    });
  withExamples(
    command,
    "deepmacc build specs/hg52.dm --target onnx",
    "deepmacc build 'specs/heads/hourglass.dm:HG[100]' --at S=32,C=50",
    "deepmacc build 'HG[20]' --at S=32,C=50 --with nc=16 -o small.onnx --layout nchw",
    "deepmacc build DeepMAC --parts -o deepmac",
    "deepmacc build DeepMAC --target triton -o repository",
    "deepmacc build 'HG[20]' --at C=50 --target tfjs -o hg20-web",
    "deepmacc build 'HG[52]' --at C=50 --target torch -o hg52",
  );
};
