// Who can be timed. One entry per target, in the order in which people read the table.
import { isEngineFailure, type Manifest, openSession, timed } from "../../runtime/index.ts";
import type { Feeds } from "../inputs.ts";

/** A model that is loaded and waits for work. */
export interface OpenModel {
  readonly manifest: Manifest;
  /** Which engine it is: "tfjs-wasm". */
  readonly backend: string;
  /** One run: milliseconds, measured where it ran. */
  time(feeds: Feeds): Promise<number>;
  close(): Promise<void>;
}

export interface Refusal {
  readonly reason: string;
  /** The engine is not on this machine; everything else that goes wrong is the model's or the engine's. */
  readonly missing?: boolean;
}

export interface Contestant {
  readonly target: string;
  /** Opens the files at `path` to run on so many threads. */
  open(path: string, threads: number): Promise<OpenModel | Refusal>;
}

export const isRefusal = (answer: OpenModel | Refusal): answer is Refusal => "reason" in answer;

/** Files that the runtime opens by itself: it knows its engines by what lies there. */
async function openInEngine(path: string, threads: number): Promise<OpenModel | Refusal> {
  const session = await openSession(path, { threads });
  if (isEngineFailure(session)) return { reason: session.message, missing: session.failure === "engine-missing" };
  return {
    manifest: session.manifest,
    backend: session.backend,
    time: (feeds) =>
      timed(async () => {
        const answer = await session.run(feeds);
        if (isEngineFailure(answer)) throw new Error(answer.message);
      }),
    close: () => session.close(),
  };
}

export const contestants: readonly Contestant[] = [
  { target: "onnx", open: openInEngine },
  { target: "tfjs", open: openInEngine },
];
