// What a command knows of the place where it runs: how to paint, where its answer goes, who watches.

import type { Command } from "commander";
import type { Paint } from "../report/index.ts";
import type { Outcome } from "./exit.ts";

export interface Host {
  readonly paint: Paint;
  answer(outcome: Outcome): void;
  /** What long work is at, on a terminal only; "" leaves no trace. */
  status(text: string): void;
  /** How far a long build is. */
  progress(written: number, total: number): void;
}

/** Gives a command its arguments' options, and what it does. */
export type Declare = (command: Command, host: Host) => void;
