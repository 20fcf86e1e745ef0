// Runs what the PyTorch target wrote, in one Python for the whole command.
import { isEngineFailure, torchEngine } from "../../runtime/index.ts";
import { arrayOf, tensorFor } from "./engine.ts";
import type { Arrays, RunFailure } from "./runners.ts";

const engine = torchEngine();

/** Results are told apart by their order: a name that means something to Python is another one there. */
export async function runInPython(
  path: string,
  feeds: Arrays,
  outputs: readonly string[],
): Promise<Arrays | RunFailure> {
  const session = await engine.open(path);
  if (isEngineFailure(session)) return { failure: session.message, missing: session.failure === "engine-missing" };
  const answer = await session.run(
    Object.fromEntries(session.inputs.map((port) => [port.name, tensorFor(port, feeds)])),
  );
  await session.close();
  if (isEngineFailure(answer)) return { failure: answer.message };
  return new Map(answer.map((tensor, i) => [outputs[i] ?? "", arrayOf(tensor)]));
}
