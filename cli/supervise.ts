// Runs a long command in a child and answers signals for it. An engine, a loop over numbers or a native library
// keeps its process from hearing anything; this one does nothing but listen. It kills the child, tidies what the
// child had begun, and says by its exit code which signal it was. A child that dies of itself is told in words.
import { spawn } from "node:child_process";
import { type Notice, remove, signals, supervisedEnvironment } from "./interrupt.ts";

const longCommands: ReadonlySet<string | undefined> = new Set(["verify", "bench", "quantize", "run", "segment"]);

export const isLong = (command: string | undefined): boolean => longCommands.has(command);

/** As in exit.ts: what was asked for is more than there is. */
const limit = 5;

/** Runs this command line once more, as a child of this process, and ends as it does. */
export function supervise(): void {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: supervisedEnvironment(),
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const begun = new Set<string>();
  child.on("message", ({ isBegun, paths }: Notice) => {
    for (const path of paths) {
      if (isBegun) begun.add(path);
      else begun.delete(path);
    }
  });
  let asked: number | undefined;
  for (const [signal, exit] of signals)
    process.on(signal, () => {
      asked ??= exit;
      child.kill("SIGKILL");
    });
  // What the child said last may come in after its end.
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.once("exit", (code, signal) => resolve([code, signal])),
  );
  const heard = new Promise<void>((resolve) => child.once("disconnect", resolve));
  void Promise.all([ended, heard]).then(([[code, signal]]) => {
    remove(begun);
    process.exit(asked ?? code ?? exitAfter(signal));
  });
}

function exitAfter(signal: NodeJS.Signals | null): number {
  const known = signals.find(([name]) => name === signal);
  if (known) return known[1];
  const message = `the work was ended by ${signal ?? "nobody knows what"}; mostly there is too little memory then`;
  const help = "smaller sizes (--at) and batches need less";
  if (process.argv.includes("--json"))
    process.stdout.write(`${JSON.stringify({ error: { exit: limit, message, help: [help] } })}\n`);
  else process.stderr.write(`error: ${message}\n  help: ${help}\n`);
  return limit;
}
