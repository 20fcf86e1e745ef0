// `deepmacc build REF --target onnx`: text in, model file out.
import { basename } from "node:path";
import {
  architectureHash,
  elaborate,
  emitOnnx,
  freshWeights,
  type Graph,
  irVersions,
  largestFile,
  messages,
  type OnnxFile,
  type OnnxOptions,
  opsets,
  optimize,
} from "../compiler/index.ts";
import { type Diagnostic, diagnose } from "../grammar/index.ts";
import { exitOf, exits, Failure, type Outcome } from "./exit.ts";
import { version } from "./home.ts";
import { refused } from "./info.ts";
import { diagnosticsDocument } from "./json.ts";
import { byteText, grouped, secondText } from "./numbers.ts";
import { writeWhole } from "./output.ts";
import type { Paint } from "./paint.ts";
import { chooseModel, type ModelOptions } from "./programs.ts";
import { fileNameOf, parseWhole } from "./reference.ts";
import { renderDiagnostics } from "./render.ts";

export interface BuildOptions extends ModelOptions {
  readonly target: string;
  readonly output?: string;
  readonly layout?: string;
  readonly seed?: string;
  readonly opset?: string;
  readonly ir?: string;
  /** Commander's reading of `--no-fold` and `--no-weights`. */
  readonly fold?: boolean;
  readonly weights?: boolean;
}

/** Says how far a long build is; silent where nobody watches. */
export type Progress = (written: number, total: number) => void;

export interface Built {
  readonly graph: Graph;
  readonly file: OnnxFile;
  readonly path: string;
  readonly dataPath: string | undefined;
  readonly parameters: number;
  readonly diagnostics: readonly Diagnostic[];
}

export async function build(
  reference: string,
  options: BuildOptions,
  paint: Paint,
  progress: Progress = () => {},
): Promise<Outcome> {
  const started = performance.now();
  checkTarget(options.target);
  const emission = emissionOf(options);
  const chosen = chooseModel(reference, options);
  if ("diagnostics" in chosen) return refused(chosen.diagnostics, paint);
  const path = options.output ?? `${fileNameOf(chosen.reference)}.onnx`;
  const built = await buildChosen(chosen, path, options.fold !== false, emission, progress);
  if ("refused" in built) return notBuilt(built, paint);
  return outcomeOf(built, emission, performance.now() - started, paint);
}

function checkTarget(target: string): void {
  if (target === "onnx") return;
  if (target === "tfjs" || target === "torch") {
    throw new Failure(exits.unsupported, `this release writes ONNX only; the target ${target} comes later`, [
      "use --target onnx",
    ]);
  }
  throw new Failure(exits.usage, `there is no target ${target}`, ["use --target onnx"]);
}

function emissionOf(options: BuildOptions): OnnxOptions {
  const { layout = "nhwc", seed, opset, ir } = options;
  if (layout !== "nchw" && layout !== "nhwc")
    throw new Failure(exits.usage, `--layout is nchw or nhwc, not "${layout}"`);
  const seeded = seed === undefined ? 0 : parseWhole(seed, "--seed", [0, Number.MAX_SAFE_INTEGER]);
  return {
    layout,
    opset: opset === undefined ? opsets.usual : parseWhole(opset, "--opset", [opsets.lowest, opsets.highest]),
    ir: ir === undefined ? irVersions.usual : parseWhole(ir, "--ir", [irVersions.lowest, irVersions.highest]),
    weights: options.weights === false ? undefined : freshWeights(seeded),
    metadata: {},
    compilerVersion: version(),
  };
}

type Chosen = Exclude<ReturnType<typeof chooseModel>, { readonly diagnostics: readonly Diagnostic[] }>;
interface NotBuilt {
  readonly refused: readonly Diagnostic[];
  readonly exit: Outcome["exit"];
}

/** Elaborates, optimises and writes. Without weights nothing is folded: no checkpoint holds a folded kernel. */
export async function buildChosen(
  chosen: Chosen,
  path: string,
  fold: boolean,
  emission: OnnxOptions,
  progress: Progress,
): Promise<Built | NotBuilt> {
  const { graph, diagnostics } = elaborate(chosen.program, chosen.request, "infer", { weights: true });
  if (!graph) return { refused: diagnostics, exit: exitOf(diagnostics) };
  const optimized = optimize(graph, { fold: fold && emission.weights !== undefined });
  // The identity of the architecture does not depend on what the passes make of it.
  const named = { ...emission, metadata: { architecture: architectureHash(graph), ...emission.metadata } };
  const first = emitOnnx(optimized, named);
  if ("unsupported" in first) return { refused: unsupportedDiagnostics(first.unsupported), exit: exits.unsupported };
  const dataPath = first.bytes > largestFile ? `${path}.data` : undefined;
  const file = dataPath === undefined ? first : again(optimized, { ...named, externalData: basename(dataPath) });
  const total = file.bytes + file.externalBytes;
  if (dataPath !== undefined)
    await writeWhole(dataPath, file.externalChunks?.() ?? [], (bytes) => progress(bytes, total));
  await writeWhole(path, file.chunks(), (bytes) => progress(file.externalBytes + bytes, total));
  return { graph, file, path, dataPath, parameters: parametersOf(graph), diagnostics };
}

function again(graph: Graph, options: OnnxOptions): OnnxFile {
  const file = emitOnnx(graph, options);
  if ("unsupported" in file) throw new Error("a graph that could be written became one that cannot");
  return file;
}

type Unsupported = Extract<ReturnType<typeof emitOnnx>, { unsupported: unknown }>["unsupported"];

function unsupportedDiagnostics(unsupported: Unsupported): Diagnostic[] {
  return unsupported.map(({ node, reason }) =>
    diagnose(
      messages,
      "DM7001",
      node.origin.span,
      { op: node.op, target: "ONNX", reason },
      { chain: node.origin.chain },
    ),
  );
}

/** Trainable numbers, shared weights counted once. */
function parametersOf(graph: Graph): number {
  const weights = new Set(graph.nodes.flatMap((node) => Object.values(node.weights)));
  let count = 0;
  for (const { trainable, dims } of weights) {
    if (trainable)
      count += dims.reduce((product: number, dim) => product * (typeof dim === "number" ? dim : Number.NaN), 1);
  }
  return count;
}

function notBuilt({ refused: diagnostics, exit }: NotBuilt, paint: Paint): Outcome {
  const outcome = refused(diagnostics, paint);
  return exit === exits.unsupported ? { ...outcome, exit } : outcome;
}

function outcomeOf(built: Built, emission: OnnxOptions, milliseconds: number, paint: Paint): Outcome {
  const { graph, file, path, dataPath, parameters } = built;
  const diagnostics = built.diagnostics.filter(({ severity }) => severity !== "hint");
  const data = dataPath === undefined ? "" : ` and ${dataPath} (${byteText(file.externalBytes)})`;
  const contents = emission.weights
    ? `${grouped(parameters)} parameters`
    : `${grouped(parameters)} parameters left open`;
  return {
    exit: exits.ok,
    document: {
      name: graph.name,
      target: "onnx",
      file: path,
      bytes: file.bytes,
      ...(dataPath !== undefined && { dataFile: dataPath, dataBytes: file.externalBytes }),
      params: parameters,
      nodes: file.nodes,
      requires: graph.rules.text,
      opset: emission.opset,
      ir: emission.ir,
      layout: emission.layout,
      ...diagnosticsDocument(diagnostics),
    },
    stdout: `${paint.strong(path)} (${byteText(file.bytes)})${data}: ${graph.name}, ${contents}, ${file.nodes} ONNX nodes, ${secondText(milliseconds)}\n`,
    stderr: diagnostics.length > 0 ? renderDiagnostics(diagnostics, paint) : "",
  };
}
