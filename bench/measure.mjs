// Whole processes, measured from outside: user + system CPU seconds and peak memory of the process tree's
// largest member, as /usr/bin/time reports them. Peers run in turn, so that a noisy machine hits both.
import { spawnSync } from "node:child_process";
import { clock, needsClock } from "./needs.mjs";

needsClock();

/** One run: { cpu: seconds, memory: MB }; one that ends otherwise than `exits` is no measurement. */
export function run(command, exits = [0]) {
  const { status, stderr } = spawnSync(clock, ["-f", "\n%U %S %M", ...command], { encoding: "utf8" });
  if (!exits.includes(status)) throw new Error(`${command.join(" ")} failed:\n${stderr}`);
  const [user, system, kilobytes] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { cpu: user + system, memory: kilobytes / 1024 };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs ours and the peer in turn and prints the medians and the ratio pair by pair. */
export function compare(title, ours, peer, runs = 5) {
  run(ours);
  run(peer);
  const pairs = Array.from({ length: runs }, () => [run(ours), run(peer)]);
  const ratio = (key) => median(pairs.map(([a, b]) => a[key] / b[key]));
  const value = (index, key) => median(pairs.map((pair) => pair[index][key]));
  console.log(title);
  console.log(`  ours  ${value(0, "cpu").toFixed(2)} s CPU, ${value(0, "memory").toFixed(0)} MB`);
  console.log(`  peer  ${value(1, "cpu").toFixed(2)} s CPU, ${value(1, "memory").toFixed(0)} MB`);
  console.log(`  ours / peer: ${ratio("cpu").toFixed(3)} of the CPU time, ${ratio("memory").toFixed(3)} of the memory`);
  return { cpu: ratio("cpu"), memory: ratio("memory") };
}
