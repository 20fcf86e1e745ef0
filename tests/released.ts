// Golden values of the released mask heads: the few that this repository keeps, and all of them where the
// folder `shared` lies beside the checkout.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Checkpoint, isProblem, numbersOf } from "../checkpoints/index.ts";
import { usualNamings } from "../cli/weights/namings.ts";
import { findWeights } from "../cli/weights/open.ts";
import {
  type Binding,
  bindGraph,
  boundWeights,
  elaborate,
  type Graph,
  type ModelRequest,
  type NDArray,
  type Phase,
  type WeightReader,
} from "../compiler/index.ts";
import { root } from "./deepmacc.ts";
import { specProgram } from "./specs.ts";

export const kept = fileURLToPath(new URL("./fixtures/heads/", import.meta.url));
const shared = join(process.env["DEEPMACC_SHARED"] ?? join(root, "..", "shared"), "fixtures", "heads");
export const sharedHeads: string | undefined = existsSync(shared) ? shared : undefined;

export interface ReleasedModel {
  readonly spec: string;
  readonly request: ModelRequest;
}

const small = { with: "nc = 4" };
const hourglass = (model: string, key?: string): ReleasedModel => ({
  spec: "specs/heads/hourglass.dm",
  request: { model, ...(key !== undefined && { key }), at: { S: 32, C: 50 }, ...small },
});
const resnet = (key: string): ReleasedModel => ({
  spec: "specs/heads/resnet.dm",
  request: { model: "ResNet", key, at: { S: 32, C: 50 }, ...small },
});

/** By the names of the fixtures. */
export const releasedHeads: Readonly<Record<string, ReleasedModel>> = {
  hourglass10: hourglass("HG", "10"),
  hourglass20: hourglass("HG", "20"),
  hourglass32: hourglass("HG", "32"),
  hourglass52: hourglass("HG", "52"),
  hourglass100: hourglass("HG", "100"),
  hourglass20_uniform_size: hourglass("HG20NoED"),
  hourglass20_no_shortcut: hourglass("HG20NoLRS"),
  resnet4: resnet("4"),
  resnet8: resnet("8"),
  resnet12: resnet("12"),
  resnet16: resnet("16"),
  resnet20: resnet("20"),
  fully_connected: {
    spec: "specs/heads/fc.dm",
    request: { model: "FC2", at: { C: 50 }, with: "nc = 4, size = 8" },
  },
};

export const backboneOfDeepMac: ReleasedModel = {
  spec: "specs/backbones/hourglass.dm",
  request: {
    model: "Hourglass104Heads",
    with: "stem = 4, c = [8, 8, 12, 12, 12, 16], classes = 3, hidden = 8",
  },
};

const smallSystem =
  "backbone = Hourglass104 with { stem = 4, c = [8, 8, 12, 12, 12, 16] }, head = HG[52] with { nc = 4 }, hidden = 8";
/** The whole small Deep-MAC, and the same without its detector. */
export const smallDeepMac: ReleasedModel = {
  spec: "specs/detectors/deepmac.dm",
  request: { model: "DeepMAC", with: `${smallSystem}, classes = 3` },
};
export const smallDetectionFree: ReleasedModel = {
  spec: "specs/detectors/deepmac.dm",
  request: { model: "DetectionFree", with: smallSystem },
};

export function openedCheckpoint(path: string): Checkpoint {
  const checkpoint = findWeights(path);
  if (!checkpoint || isProblem(checkpoint)) throw new Error(`${path}: ${checkpoint?.problem ?? "not there"}`);
  return checkpoint;
}

export function tensorOf(checkpoint: Checkpoint, name: string): NDArray {
  const entry = checkpoint.tensors.get(name);
  if (!entry) throw new Error(`no tensor ${name}`);
  const data = [...checkpoint.pieces(name)].flatMap((piece) => {
    if (isProblem(piece)) throw new Error(piece.problem);
    return Array.from(numbersOf(entry.dtype, piece));
  });
  return { dims: entry.shape, data: Float64Array.from(data) };
}

export function graphOf({ spec, request }: ReleasedModel, phase: Phase): Graph {
  const { graph, diagnostics } = elaborate(specProgram(spec), request, phase);
  if (!graph) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return graph;
}

/** The weights of a graph as `build --weights` finds them. */
export function bound(graph: Graph, checkpoint: Checkpoint): WeightReader {
  return boundWeights(checkpoint, bindingOf(graph, checkpoint), ({ problem }) => {
    throw new Error(problem);
  });
}

/** Which tensor of the checkpoint is which weight. */
export function bindingOf(graph: Graph, checkpoint: Checkpoint): Binding {
  const span = { source: { name: "test", text: "" }, start: 0, end: 0 };
  const binds = bindGraph(graph, checkpoint, usualNamings(), { file: "file", model: graph.name, span });
  if ("diagnostics" in binds)
    throw new Error(binds.diagnostics.map((d) => [d.message, ...d.notes].join("\n")).join("\n"));
  return binds.binding;
}

/** The names of the heads in a folder of fixtures. */
export const headsIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => Object.hasOwn(releasedHeads, name));
