// What a command knows of the place where it runs: how to paint, where its answer goes, who watches.

import type { Command } from "commander";
import type { Paint } from "../report/index.ts";
import type { Outcome } from "./exit.ts";

export interface Host {
  readonly paint: Paint;
  answer(outcome: Outcome): void;
  /** A line of an answer as soon as it is known, or of what is wrong; nothing where one document is asked for. */
  line(text: string, kind: "answer" | "error"): void;
  /** What long work is at, on a terminal only; "" leaves no trace. */
  status(text: string): void;
  /** How far a long build is. */
  progress(written: number, total: number): void;
}

/** Gives a command its arguments' options, and what it does. */
export type Declare = (command: Command, host: Host) => void;
