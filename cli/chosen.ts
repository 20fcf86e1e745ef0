// What a REF, `--at` and `--with` come to.
import type { ModelRequest, Program, Session } from "../compiler/index.ts";
import type { Reference } from "./reference.ts";

export interface Chosen {
  readonly reference: Reference;
  readonly program: Program;
  readonly request: ModelRequest;
  /** What was found out while the model was chosen; every question about it is asked in it. */
  readonly session: Session;
}
