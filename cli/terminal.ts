// The only writing to the terminal. A text holds what other people wrote (names, titles, paths), and none of it
// may steer the terminal: see `forTerminal`.

import { writeSync } from "node:fs";
import { jsonText } from "../report/index.ts";
import { exits, type Outcome } from "./exit.ts";
import { reasonOf } from "./files.ts";
import type { Host } from "./host.ts";
import { forTerminal, paintFor } from "./paint.ts";

export const writeOut = (text: string): void => void (text === "" || process.stdout.write(forTerminal(text)));
export const writeErr = (text: string): void => void (text === "" || process.stderr.write(forTerminal(text)));

/** `isJson`: the answer is one document, and nothing else is written. */
export function terminal(isJson: boolean): Host {
  const status = (text: string): void => {
    if (!process.stderr.isTTY || isJson) return;
    process.stderr.write(text === "" ? "\r\u001b[K" : `\r  ${forTerminal(text)}\u001b[K`);
  };
  return {
    // Frames go to stderr; answers to stdout. One paint for both, the more careful of the two.
    paint: paintFor({ isTTY: process.stdout.isTTY && process.stderr.isTTY }, process.env),
    answer: (outcome) => answer(outcome, isJson),
    line: (text, kind) => {
      if (isJson) return;
      status("");
      if (kind === "answer") writeOut(`${text}\n`);
      else writeErr(`error: ${text}\n`);
    },
    status,
    progress: progressOn(status),
  };
}

function answer({ exit, document, stdout = "", stderr = "" }: Outcome, isJson: boolean): void {
  process.exitCode = exit;
  if (isJson) process.stdout.write(`${jsonText(document)}\n`);
  else {
    writeErr(stderr);
    writeOut(stdout);
  }
}

const worthWatching = 32e6;

function progressOn(status: Host["status"]): Host["progress"] {
  let shown = 0;
  return (written, total) => {
    const now = performance.now();
    const done = written >= total;
    if (total < worthWatching || (now - shown < 100 && !done)) return;
    shown = now;
    status(done ? "" : `writing ${Math.floor((100 * written) / total)} %`);
  };
}

/** A reader that has seen enough (`| head`) is no error of ours; a full disk behind `>` is one that is said. */
export function watchStreams(): void {
  for (const [stream, name] of [
    [process.stdout, "the answer"],
    [process.stderr, "messages"],
  ] as const) {
    stream.on("error", (problem: NodeJS.ErrnoException) => {
      if (problem.code === "EPIPE") process.exit(process.exitCode ?? exits.ok);
      if (stream === process.stdout) complain(`error: cannot write ${name}: ${reasonOf(problem)}\n`);
      process.exit(exits.io);
    });
  }
}

/** At once: the process is about to end. */
function complain(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // Nobody can be told.
  }
}
