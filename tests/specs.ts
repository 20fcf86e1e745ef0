// The shipped architectures, as tests walk over them.
import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  elaborate,
  type Graph,
  loadProgram,
  type ModelRequest,
  modelsOf,
  type Program,
  type Read,
} from "../compiler/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const read: Read = (path, from) => {
  const full = resolve(root, dirname(from.name), path);
  return existsSync(full)
    ? { name: relative(root, full), text: readFileSync(full, "utf8") }
    : { error: "no such file" };
};

/** A program of the repository, by its path from the root. */
export function specProgram(path: string): Program {
  return loadProgram({ name: path, text: readFileSync(resolve(root, path), "utf8") }, read);
}

export interface Spec {
  /** `HG[52]`. */
  readonly title: string;
  readonly path: string;
  readonly program: Program;
  readonly request: ModelRequest;
}

/** Every model of some files, each member of a family on its own. */
export function specsIn(paths: readonly string[]): readonly Spec[] {
  return paths.flatMap((path) => {
    const program = specProgram(path);
    return modelsOf(program).flatMap(({ name, keys }) => {
      if (keys.length === 0) return [{ title: name, path, program, request: { model: name } }];
      return keys.map((key) => ({ title: `${name}[${key}]`, path, program, request: { model: name, key } }));
    });
  });
}

export const headFiles = ["hourglass", "resnet", "bottleneck", "fc", "maskrcnn"].map(
  (name) => `specs/heads/${name}.dm`,
);
export const backboneFiles = [
  "specs/backbones/hourglass.dm",
  "specs/backbones/resnet.dm",
  "specs/backbones/spinenet.dm",
];

/** The parameters that make a head small, of those that it has. */
const widths = ["nc = 4, hidden = 8, size = 4", "nc = 4, hidden = 8", "nc = 4", "c = 4", "classes = 1"];
const sizes = [{ C: 5 }, ...[4, 8, 16, 32].map((S) => ({ C: 5, S }))];

/** The head at the first width and the smallest size that it takes. */
export function smallHead({ program, request, title }: Spec): Graph {
  for (const at of sizes) {
    for (const changes of widths) {
      const { graph } = elaborate(program, { ...request, at, with: changes }, "infer");
      const known = graph?.free.every((name) => name === "N");
      if (graph && known) return graph;
    }
  }
  throw new Error(`${title} cannot be made small`);
}
