// Reads a tfjs model from a directory. tfjs itself reads by URL, or with its native build.
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { io } from "@tensorflow/tfjs";

interface Group {
  readonly paths: readonly string[];
  readonly weights: io.WeightsManifestEntry[];
}

/** `path`: a directory with a model.json, or that file. Throws where the files are not such a model. */
export function readModel(path: string): io.ModelArtifacts {
  const file = statSync(path).isDirectory() ? join(path, "model.json") : path;
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly modelTopology?: object;
    readonly weightsManifest?: readonly Group[];
    readonly userDefinedMetadata?: Record<string, object>;
  };
  if (!modelTopology) throw new Error(`${file} is not a tfjs LayersModel: it has no modelTopology`);
  return {
    modelTopology,
    ...(userDefinedMetadata && { userDefinedMetadata }),
    ...(weightsManifest && weightsOf(dirname(file), weightsManifest)),
  };
}

/** The files stay apart, so that a large model is not in memory twice. */
function weightsOf(folder: string, groups: readonly Group[]): Pick<io.ModelArtifacts, "weightSpecs" | "weightData"> {
  const paths = groups.flatMap((group) => group.paths);
  return {
    weightSpecs: groups.flatMap((group) => group.weights),
    weightData: paths.map((name) => {
      const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    }),
  };
}
