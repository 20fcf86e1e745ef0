// Commands that run models refuse in a sentence what no machine holds, before anything is allocated.
import { statfsSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import { endOf, type Graph, type Session, type Work, weightsOfGraph } from "../compiler/index.ts";
import { excessOf, isOutOfMemory, largestBounds } from "../lab/index.ts";
import { byteText } from "../report/index.ts";
import { exits, Failure, Refused } from "./exit.ts";

/** `numbers`: how many are held at once. */
export function refuseTooLarge({ name }: Graph, numbers: number, work: Work, help: string): void {
  const excess = excessOf(numbers, work, largestBounds);
  if (excess !== undefined) throw new Failure(exits.limit, `${name} is too large to be run: ${excess}`, [help]);
}

/** Of a node in passes and in one target, in steps of the budget. */
const writingCost = 5;

/** What writes a graph spends of the same budget as what made it. */
export function payForWriting({ nodes, declared }: Graph, { budget }: Session): void {
  const place = declared ?? nodes[0]?.origin.span;
  if (place) budget.spend(nodes.length * writingCost, place);
  const end = endOf(budget);
  if (end) throw new Refused([end]);
}

/** Bytes of a number in a file. */
const numberBytes = 4;

/**
 * Refuses what this disk and this memory cannot hold, before the first byte is written: how large a file will be is
 * known then, and a build holds one weight at a time.
 */
export function refuseWithoutRoom(graph: Graph, path: string, { memory, free } = roomAt(path)): void {
  const sizes = [...weightsOfGraph(graph).values()].map(({ dims }) =>
    dims.reduce<number>((size, dim) => size * (typeof dim === "number" ? dim : 1), numberBytes),
  );
  const help = ["fewer channels, or smaller kernels, need less"];
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (largest > memory)
    throw new Failure(
      exits.limit,
      `one weight of ${graph.name} takes ${byteText(largest)}, and this machine has ${byteText(memory)} of memory`,
      help,
    );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > free)
    throw new Failure(
      exits.limit,
      `the weights of ${graph.name} take ${byteText(bytes)}, and this disk has ${byteText(free)} left`,
      help,
    );
}

const roomAt = (path: string) => ({
  memory: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
  free: freeBytes(dirname(path)),
});

/** Where nobody can tell, there is room. */
function freeBytes(folder: string): number {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A machine may have less than the bounds allow. */
export async function withinMemory<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (problem) {
    if (!isOutOfMemory(problem)) throw problem;
    throw new Failure(exits.limit, "there is too little memory on this machine", [
      "smaller sizes (--at) and batches need less",
    ]);
  }
}
