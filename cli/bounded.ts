// Commands that run models refuse in a sentence what no machine holds, before anything is allocated.
import type { Graph, Work } from "../compiler/index.ts";
import { excessOf, isOutOfMemory, largestBounds } from "../lab/index.ts";
import { exits, Failure } from "./exit.ts";

/** `numbers`: how many are held at once. */
export function refuseTooLarge({ name }: Graph, numbers: number, work: Work, help: string): void {
  const excess = excessOf(numbers, work, largestBounds);
  if (excess !== undefined) throw new Failure(exits.limit, `${name} is too large to be run: ${excess}`, [help]);
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
