// The models that a checkpoint may belong to, when it does not fit the one that was asked for: first those of the same
// file, then those that ship.
import type { Checkpoint } from "../../checkpoints/index.ts";
import {
  aimsOf,
  elaborate,
  type ModelRequest,
  modelsOf,
  newSession,
  type Program,
  type Relative,
  type Session,
} from "../../compiler/index.ts";
import { loadFile, workspaceFor } from "../programs.ts";
import { shippedFiles } from "../reference.ts";
import { shippedNamings, usualNamings } from "./namings.ts";

type Sizes = Pick<ModelRequest, "at" | "with">;

/** Members of families count each. Sizes and parameters of the request are tried on them too. */
export function* relativesOf(
  checkpoint: Checkpoint,
  program?: Program,
  session: Session = newSession(),
  { at, with: fields }: Sizes = {},
): Generator<Relative> {
  const sizes = { ...(at && { at }), ...(fields !== undefined && { with: fields }) };
  const own = program?.entry.file.source.name;
  if (program) yield* relativesIn(program, sizes, session);
  if (!mayBeShipped(checkpoint)) return;
  const namings = usualNamings();
  for (const path of [...shippedFiles()].sort((a, b) => rank(a) - rank(b))) {
    // A budget of its own for each file: what all of them cost is nobody's mistake.
    const workspace = workspaceFor({});
    const loaded = path === own ? undefined : loadFile(path, workspace);
    if (!loaded || "diagnostics" in loaded) continue;
    for (const relative of relativesIn(loaded.program, sizes, workspace.session))
      yield { ...relative, namings, isLarge: isLarge(path) };
  }
}

/** A mask head is made in no time; a detector is not, and holds a head besides. */
const isLarge = (path: string): boolean => /[/\\](backbones|detectors)[/\\]/.test(path);
/** Families before what is made of them, parts before wholes. */
const rank = (path: string): number => {
  const room = /[/\\](heads|backbones|detectors)[/\\]/.exec(path)?.[1];
  return ["heads", undefined, "backbones", "detectors"].indexOf(room);
};

function relativesIn(program: Program, sizes: Sizes, session: Session): readonly Relative[] {
  return modelsOf(program, session).flatMap(({ name, keys }) => {
    const members: readonly ModelRequest[] = keys.map((key) => ({ model: name, key }));
    return (keys.length > 0 ? members : [{ model: name }]).map(
      (request): Relative => ({
        title: request.key === undefined ? name : `${name}[${request.key}]`,
        graph: () => graphOf(program, { ...request, ...sizes }, session) ?? graphOf(program, request, session),
      }),
    );
  });
}

const graphOf = (program: Program, request: ModelRequest, session: Session) =>
  elaborate(program, request, "train", { weights: false, session }).graph;

/** So many names tell whose a file is. */
const sample = 400;

/** Written by this compiler, or named so that a mapping that ships knows a part of it. */
function mayBeShipped({ tensors, metadata }: Checkpoint): boolean {
  if (metadata.has("model")) return true;
  const names = [...tensors.keys()];
  const step = Math.max(1, Math.floor(names.length / sample));
  const some = names.filter((_, i) => i % step === 0);
  return shippedNamings().some((naming) => aimsOf(naming, some) * 10 >= some.length);
}
