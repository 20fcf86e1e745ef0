// Who can be timed. One entry per target, in the order in which people read the table.
import { type EngineFailure, isEngineFailure, openSession, timed, torchEngine } from "../../runtime/index.ts";
import { exits, Failure } from "../exit.ts";
import type { Feeds } from "../inputs.ts";

/** A model that is loaded and waits for work. */
export interface OpenModel {
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
  if (isEngineFailure(session)) return refusalOf(session);
  return {
    backend: session.backend,
    time: (feeds) =>
      timed(async () => {
        const answer = await session.run(feeds);
        if (isEngineFailure(answer))
          throw new Failure(exits.unsupported, `${session.backend} could not run the model: ${answer.message}`);
      }),
    close: () => session.close(),
  };
}

const refusalOf = ({ message, failure }: EngineFailure): Refusal => ({
  reason: message,
  missing: failure === "engine-missing",
});

const python = torchEngine();

/** In a Python that is kept, which counts the milliseconds itself: the way there and back is no part of a run. */
async function openInPython(path: string, threads: number): Promise<OpenModel | Refusal> {
  const session = await python.open(path, { threads });
  if (isEngineFailure(session)) return refusalOf(session);
  return {
    backend: `PyTorch ${session.version}`,
    time: async (feeds) => {
      const milliseconds = await session.time(feeds);
      if (typeof milliseconds !== "number")
        throw new Failure(exits.unsupported, `torch could not be timed: ${milliseconds.message}`);
      return milliseconds;
    },
    close: () => session.close(),
  };
}

export const contestants: readonly Contestant[] = [
  { target: "onnx", open: openInEngine },
  { target: "tfjs", open: openInEngine },
  { target: "torch", open: openInPython },
];
