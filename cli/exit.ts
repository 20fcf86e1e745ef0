// How a run ends. Every way out that is not an answer is thrown, as a `Failure` (the command cannot go on) or as
// `Refused` (the text that was given has mistakes), and caught once, in main.ts. Anything else that is thrown is
// a bug of ours (70).
import type { Diagnostic } from "../grammar/index.ts";

export const exits = {
  ok: 0,
  diagnostics: 1,
  usage: 2,
  mismatch: 3,
  unsupported: 4,
  limit: 5,
  internal: 70,
  io: 74,
} as const;
export type Exit = (typeof exits)[keyof typeof exits];

/** What a command answers. `main` prints it: as text, or the document alone with `--json`. */
export interface Outcome {
  readonly exit: Exit;
  readonly document: unknown;
  /** The answer. */
  readonly stdout?: string;
  /** Diagnostics and remarks. */
  readonly stderr?: string;
}

/** The command cannot go on; says why and what to do. */
export class Failure extends Error {
  readonly exit: Exit;
  readonly help: readonly string[];

  constructor(exit: Exit, message: string, help: readonly (string | undefined)[] = []) {
    super(message);
    this.exit = exit;
    this.help = help.filter((line) => line !== undefined);
  }
}

/** A file cannot be read. */
export class Unreadable extends Failure {
  /** Why, in words that do not name the file: for messages that do it in their own way. */
  readonly reason: string;
  readonly isMissing: boolean;

  constructor(
    path: string,
    reason: string,
    more: { readonly exit?: Exit; readonly isMissing?: boolean; readonly help?: readonly (string | undefined)[] } = {},
  ) {
    super(more.exit ?? exits.io, `cannot read ${path}: ${reason}`, more.help);
    this.reason = reason;
    this.isMissing = more.isMissing ?? false;
  }
}

/** The text keeps the command from going on; its diagnostics say why. */
export class Refused extends Error {
  readonly exit: Exit;
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], exit = exitOf(diagnostics)) {
    super(diagnostics[0]?.message ?? "");
    // A command that got no answer has not succeeded, however small the reason.
    this.exit = exit === exits.ok ? exits.diagnostics : exit;
    this.diagnostics = diagnostics;
  }
}

/** Codes that say "too big" or "too deep", which is not a mistake in the text itself. */
const limitCodes: ReadonlySet<string> = new Set([
  "DM1005",
  "DM1007",
  "DM1111",
  "DM3116",
  "DM3207",
  "DM3208",
  "DM3209",
  "DM3210",
]);

/** A mistake in the text weighs more than a limit: with both, the text is mended first. */
export function exitOf(diagnostics: readonly Diagnostic[]): Exit {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (errors.length === 0) return exits.ok;
  return errors.every((diagnostic) => limitCodes.has(diagnostic.code)) ? exits.limit : exits.diagnostics;
}
