// The rooms of the house, in an order in which each imports only rooms above it, and what breaks that order.
// Imports are resolved to files, so a wall holds however deep a file lies.
import { posix } from "node:path";

export interface Room {
  readonly folder: string;
  /** Rooms whose files it may import, beside its own. */
  readonly imports: readonly string[];
}

const language = ["grammar", "compiler/messages", "compiler/budget"];
const graph = [...language, "compiler/sizes", "compiler/ir"];
const operators = ["compiler/ops", "compiler/ops/kit"];
const groups = ["layers", "activations", "joins", "shape", "pooling", "detection"];
const check = ["text", "values", "state", "compute", "evaluate", "parts", "models"].map(
  (room) => `compiler/check/${room}`,
);
/** Each room of the checker imports the ones above it. */
const checkRooms = check.map(
  (folder, index): Room => ({ folder, imports: [...graph, ...operators, ...check.slice(0, index)] }),
);
const targets = ["onnx", "tfjs", "torch", "triton"].map((target) => `compiler/targets/${target}`);

/** The longest folder that holds a file is its room. */
export const rooms: readonly Room[] = [
  { folder: "grammar", imports: [] },
  { folder: "checkpoints", imports: [] },
  { folder: "vision", imports: [] },
  { folder: "data", imports: [] },
  { folder: "tfjs", imports: [] },
  { folder: "compiler/messages", imports: ["grammar"] },
  { folder: "compiler/budget", imports: ["grammar", "compiler/messages"] },
  { folder: "compiler/sizes", imports: [] },
  { folder: "compiler/ir", imports: [...language, "compiler/sizes"] },
  { folder: "compiler/ops/kit", imports: graph },
  ...groups.map(
    (group): Room => ({
      folder: `compiler/ops/${group}`,
      imports: [...graph, "compiler/ops/kit", ...(group === "detection" ? ["vision"] : [])],
    }),
  ),
  {
    folder: "compiler/ops",
    imports: [...graph, "compiler/ops/kit", ...groups.map((group) => `compiler/ops/${group}`)],
  },
  ...checkRooms,
  { folder: "compiler/passes", imports: [...graph, ...operators] },
  { folder: "compiler/targets", imports: [...graph, ...operators] },
  ...targets.map((folder): Room => ({ folder, imports: [...graph, ...operators, "compiler/targets", "checkpoints"] })),
  { folder: "compiler/weights", imports: [...graph, ...check, "checkpoints"] },
  { folder: "compiler/verification", imports: [...graph, ...operators, "compiler/passes"] },
  {
    folder: "compiler",
    imports: [
      ...graph,
      ...operators,
      ...check,
      ...targets,
      "compiler/passes",
      "compiler/weights",
      "compiler/verification",
      "checkpoints",
    ],
  },
  { folder: "runtime", imports: ["tfjs", "checkpoints", "vision"] },
  { folder: "report", imports: ["grammar", "compiler"] },
  { folder: "lab", imports: ["grammar", "checkpoints", "compiler", "runtime"] },
  { folder: "cli", imports: ["grammar", "checkpoints", "compiler", "report", "lab", "runtime", "tfjs", "vision"] },
];

/** Rooms that are entered through their index.ts; what lies in them is theirs. */
const closed: readonly string[] = [
  "grammar",
  "checkpoints",
  "vision",
  "data",
  "compiler",
  "report",
  "lab",
  "runtime",
  "tfjs",
];
/** The one place where files may import each other in a circle: an expression holds expressions. */
const recursive = "compiler/check/evaluate/";

export interface Violation {
  readonly file: string;
  readonly imported: string;
  readonly reason: string;
}

const roomOf = (file: string): Room | undefined =>
  rooms
    .filter(({ folder }) => file.startsWith(`${folder}/`))
    .reduce<Room | undefined>(
      (best, room) => (best && best.folder.length > room.folder.length ? best : room),
      undefined,
    );

const topOf = (file: string): string => file.split("/")[0] ?? "";

/** The files that a file imports, types as well; packages are left out. */
export function importsOf(file: string, text: string): readonly string[] {
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]+)"/g);
  return [...found].map(([, path]) => posix.join(posix.dirname(file), path ?? ""));
}

/** What is wrong with one import. */
export function violation(file: string, imported: string): Violation | undefined {
  const [from, to] = [roomOf(file), roomOf(imported)];
  if (!from || from === to) return undefined;
  if (!to || !from.imports.includes(to.folder))
    return { file, imported, reason: `${from.folder} does not import ${to?.folder ?? "what is no room"}` };
  const top = topOf(imported);
  if (topOf(file) !== top && closed.includes(top) && imported !== `${top}/index.ts`)
    return { file, imported, reason: `${top} is entered through its index.ts` };
  return undefined;
}

/** Groups of files that import each other in a circle, outside the evaluator. */
export function circles(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!imports.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (open.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 && !circle.every((each) => each.startsWith(recursive))) found.push(circle);
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}
