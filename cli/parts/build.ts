// `deepmacc build REF --parts`: every part of a model in one folder, and a manifest. The weights are chosen once, for
// the whole; each file is written as it would be alone.
import { join } from "node:path";
import { type Graph, partNames, pixelInput, withNodesOf } from "../../compiler/index.ts";
import { diagnosticsDocument, inLine, type Paint, renderDiagnostics, secondText } from "../../report/index.ts";
import { refuseWithoutRoom } from "../bounded.ts";
import { exitOf, exits, Failure, type Outcome } from "../exit.ts";
import { chooseModel, type Elaborated, elaborateChosen, type ModelOptions } from "../model.ts";
import { expectWritten } from "../not-expressible.ts";
import { writeWhole, writeWholeFolder } from "../output/index.ts";
import { fileNameOf } from "../reference.ts";
import {
  checkTargetOptions,
  parametersOf,
  refuseWithoutImage,
  type Target,
  type TargetOptions,
  targetNamed,
  type Written,
} from "../targets/index.ts";
import { type Checked, type VerifyMode, verifyBuilt, verifyModeOf, withCheck } from "../verify/built.ts";
import {
  type ChosenWeights,
  checkWeightOptions,
  chooseWeights,
  type WeightOptions,
  withoutWeights,
} from "../weights/choose.ts";
import { type BuiltPart, filesOf, manifestName, manifestOf } from "./manifest.ts";

interface PartsOptions extends ModelOptions, TargetOptions, Omit<WeightOptions, "weights"> {
  readonly weights?: string | false;
  readonly target: string;
  readonly output?: string;
  readonly verify?: string;
}

type Progress = (written: number, total: number) => void;

/** One part, ready to be written. */
interface Part extends BuiltPart {
  readonly elaborated: Elaborated;
}

type Weights = Omit<ChosenWeights, "weights"> & { readonly weights: ChosenWeights["weights"] | undefined };

interface Job {
  readonly whole: Elaborated;
  readonly parts: readonly Part[];
  readonly chosen: Weights;
  readonly target: Target;
  readonly options: PartsOptions;
  readonly folder: string;
}

export async function buildParts(
  reference: string,
  options: PartsOptions,
  paint: Paint,
  progress: Progress = () => {},
): Promise<Outcome> {
  const started = performance.now();
  const target = targetNamed(options.target);
  checkTargetOptions(target, options);
  const mode = verifyModeOf(options.verify);
  const job = jobOf(reference, options, target);
  const written = await writeParts(job, progress);
  const milliseconds = performance.now() - started;
  let outcome = outcomeOf(job, written, milliseconds, paint);
  for (const { name, file, elaborated } of job.parts) {
    const path = join(job.folder, file);
    const { weights } = job.chosen;
    const own = optionsFor(elaborated.graph, options);
    const built = { chosen: elaborated, graph: elaborated.graph, target: target.name, path, options: own, weights };
    outcome = checkedPart(outcome, name, await verifyBuilt(built, mode), mode, paint);
  }
  return outcome;
}

function jobOf(reference: string, options: PartsOptions, target: Target): Job {
  const { weights: file, ...others } = options;
  if (file !== false) checkWeightOptions({ ...others, weights: file });
  const chosen = chooseModel(reference, options);
  const names = partNames(chosen.program, chosen.request, chosen.session);
  const whole = elaborateChosen(chosen, "infer");
  if (names.length === 0 && !target.repository)
    throw new Failure(exits.usage, `${whole.graph.name} states no parts`, [
      "state them in its text: part features on image -> (h.pixel, det.boxes)",
      "or cut it here: --from h.pixel --to masks",
    ]);
  const cut = names.map((name): Part => {
    const elaborated = elaborateChosen({ ...chosen, request: { ...chosen.request, part: name } }, "infer");
    return { name, file: fileOf(target, whole.graph, name), graph: elaborated.graph, elaborated };
  });
  const alone = { name: whole.graph.name, file: fileOf(target, whole.graph), graph: whole.graph, elaborated: whole };
  const parts = names.length === 0 ? [alone] : cut;
  const all = parts.reduce<Graph>((graph, part) => withNodesOf(graph, part.graph), whole.graph);
  // The whole says what is missing where no part takes an image.
  if (options.imageInGraph && !parts.some(({ graph }) => pixelInput(graph))) refuseWithoutImage(whole.graph);
  if (file === false && target.repository)
    throw new Failure(exits.usage, `--no-weights is no option of --target ${target.name}: a server has none to give`, [
      "leave it out",
    ]);
  const weights = file === false ? withoutWeights : chooseWeights(chosen, all, { ...others, weights: file });
  const name = fileNameOf(chosen.reference);
  const folder = options.output ?? (target.repository ? target.outputOf(name) : `${name}-parts`);
  if (weights.weights) refuseWithoutRoom(all, folder);
  return { whole, parts, chosen: weights, target, options, folder };
}

/** The image is in the graph of the parts that take it. */
function optionsFor(graph: Graph, { imageInGraph = false, ...options }: PartsOptions): PartsOptions {
  return { ...options, imageInGraph: imageInGraph && pixelInput(graph) !== undefined };
}

function fileOf({ repository, outputOf }: Target, { name }: Graph, part?: string): string {
  return repository?.folderOf(name, part) ?? outputOf(part ?? name);
}

function writeParts({ whole, parts, chosen, target, options, folder }: Job, progress: Progress) {
  const older = filesOf(folder);
  const total = parts.reduce((sum, { graph }) => sum + parametersOf(graph), 0);
  const place = { path: folder, main: manifestName, isOurs: (name: string) => older.has(name) };
  return writeWholeFolder(place, async (temporary) => {
    const written: Written[] = [];
    let before = 0;
    for (const { file, graph } of parts) {
      const share = parametersOf(graph);
      const report = (done: number, of: number): void => progress(before + (done / of) * share, total);
      const own = optionsFor(graph, options);
      const writing = { path: join(temporary, file), options: own, weights: chosen.weights, progress: report };
      written.push(expectWritten(await target.write(graph, writing), target));
      before += share;
    }
    const others = await target.repository?.finish(temporary, whole.graph.name, parts, options);
    const manifest = manifestOf(whole.graph.name, target.name, parts, options, others);
    await writeWhole(join(temporary, manifestName), [new TextEncoder().encode(manifest)]);
    return written;
  });
}

function outcomeOf(
  { whole, parts, chosen, target, folder }: Job,
  written: readonly Written[],
  milliseconds: number,
  paint: Paint,
): Outcome {
  const diagnostics = [...whole.diagnostics, ...parts.flatMap(({ elaborated }) => elaborated.diagnostics)];
  const found = new Map(diagnostics.map((each) => [`${each.code} ${each.span.source.name} ${each.span.start}`, each]));
  const remarks = [
    ...[...found.values(), ...chosen.doubts].filter(({ severity }) => severity !== "hint"),
    ...written.flatMap((each) => each.remarks ?? []),
  ];
  const lines = parts.map(({ file }, i) => `  ${file} ${written[i]?.size}: ${written[i]?.contents}\n`);
  return {
    exit: exitOf(remarks),
    document: {
      name: whole.graph.name,
      target: target.name,
      folder,
      parts: parts.map(({ name, file, graph }, i) => ({
        name,
        file: join(folder, file),
        params: parametersOf(graph),
        requires: graph.rules.text,
        ...written[i]?.document,
      })),
      ...(chosen.document && { weights: chosen.document }),
      ...diagnosticsDocument(remarks),
    },
    stdout: `${paint.strong(inLine(folder))}: ${parts.length === 1 ? "" : `${parts.length} parts of `}${whole.graph.name}, ${secondText(milliseconds)}
${lines.join("")}`,
    stderr:
      (remarks.length > 0 ? renderDiagnostics(remarks, paint) : "") +
      chosen.notes.map((note) => `note: ${note}\n`).join(""),
  };
}

/** What the check of one part adds; its place in the document is among the parts. */
function checkedPart(outcome: Outcome, name: string, checked: Checked, mode: VerifyMode, paint: Paint): Outcome {
  const { document, stdout: told, ...rest } = withCheck({ ...outcome, document: {}, stdout: "" }, checked, mode, paint);
  // Beside parts that were checked, silence would be taken for a check.
  const isSkipped = checked.status === "skipped" && mode !== "off" && told === "";
  const stdout = isSkipped ? `not checked: ${checked.reason}\n` : (told ?? "");
  const { verify } = document as { readonly verify: unknown };
  const { parts, ...whole } = outcome.document as { readonly parts: readonly { readonly name: string }[] };
  return {
    ...rest,
    document: { ...whole, parts: parts.map((part) => (part.name === name ? { ...part, verify } : part)) },
    stdout: (outcome.stdout ?? "") + (stdout === "" ? "" : `  ${name}: ${stdout.trimStart()}`),
  };
}
