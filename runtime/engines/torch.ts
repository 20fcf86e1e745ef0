// Runs models of the PyTorch target in a Python that has torch, if this machine has one. Opening such a model runs
// its Python file, which is why `openSession` never does it by itself.
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Port } from "../manifest.ts";
import {
  type EngineFailure,
  firstLine,
  isEngineFailure,
  type Numbers,
  type Session,
  type SessionOptions,
  type TensorData,
  type Tensors,
} from "../session.ts";
import { isStopped, type PythonProcess, type Reply, type Stopped, startPython } from "./python-process.ts";
import { torchDriver, torchProbe } from "./torch-driver.ts";

export interface TorchEngine {
  /** A directory with `model.py` and its weights. Names are those that Python knows. */
  open(folder: string, options?: Pick<SessionOptions, "threads" | "training">): Promise<Session | EngineFailure>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds. PyTorch on a cold disk takes its time. */
const usualLimits = { probe: 20_000, start: 180_000 };

/**
 * One Python for all models, found and started when the first is opened, and again after it broke down. That
 * there is none is found out once.
 */
export function torchEngine(env: Environment = process.env, limits = usualLimits): TorchEngine {
  let kept: Promise<PythonProcess | EngineFailure> | undefined;
  const python = () => {
    kept ??= startFirst(env, limits).then((started) => {
      if (!isEngineFailure(started)) void started.ended.then(() => (kept = undefined));
      return started;
    });
    return kept;
  };
  return {
    async open(folder, { threads = null, training = false } = {}) {
      const started = await python();
      if (isEngineFailure(started)) return started;
      const opened = answerOf(
        await started.ask({ do: "open", folder, threads, training, tensors: [] }),
        "model-invalid",
      );
      return isEngineFailure(opened) ? opened : sessionOf(started, opened);
    },
  };
}

/** Where Python may be: what the user says, the virtual environment that is active, the path. */
export function pythonsIn(env: Environment, platform: string = process.platform): readonly string[] {
  const { DEEPMACC_PYTHON: named, VIRTUAL_ENV: active } = env;
  if (named) return [named];
  const inside = platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return [...(active ? [join(active, ...inside)] : []), "python3", "python"];
}

async function startFirst(user: Environment, limits: typeof usualLimits): Promise<PythonProcess | EngineFailure> {
  const env = {
    // Threads that spin while they wait disturb whoever runs next.
    OMP_WAIT_POLICY: "PASSIVE",
    ...user,
    // A torch.py in the current directory is not PyTorch.
    PYTHONSAFEPATH: "1",
  };
  const reasons: string[] = [];
  for (const python of pythonsIn(user)) {
    const lack = await lackOf(python, env, limits.probe);
    const started = lack ?? (await startPython(python, torchDriver, env, limits.start));
    if (!isStopped(started)) return started;
    reasons.push(`${python}: ${started.stopped}`);
  }
  const message = `PyTorch is not there: pip install torch, or set DEEPMACC_PYTHON to a Python that has it`;
  return { failure: "engine-missing", message: `${message} (${reasons.join("; ")})` };
}

/** Why it is no use to start this Python. */
function lackOf(python: string, env: Environment, limit: number): Promise<Stopped | undefined> {
  return new Promise((resolve) => {
    const options = { env, timeout: limit, killSignal: "SIGKILL", windowsHide: true } as const;
    execFile(python, ["-c", torchProbe], options, (problem) => {
      if (problem === null) return resolve(undefined);
      if (problem.killed) return resolve({ stopped: `it did not answer within ${limit / 1000} seconds` });
      if (typeof problem.code === "number") return resolve({ stopped: "it has no torch" });
      resolve({ stopped: problem.code === "ENOENT" ? "it was not found" : firstLine(problem) });
    });
  });
}

function answerOf(answer: Reply | Stopped, failure: EngineFailure["failure"]): Reply | EngineFailure {
  if (isStopped(answer)) return { failure: "run-failed", message: `Python stopped: ${answer.stopped}` };
  const { failure: message } = answer.header;
  return message === undefined ? answer : { failure, message: firstLine(String(message)) };
}

/** What the driver says of a model: names and types of its inputs, and the names of its results in order. */
interface Opened {
  readonly model: number;
  readonly inputs: readonly (Pick<Port, "name" | "type"> & { readonly rank: number })[];
  readonly outputs: readonly string[];
}

function sessionOf(python: PythonProcess, { header }: Reply): Session {
  const { model, inputs, outputs } = header as unknown as Opened;
  const ask = async (wanted: "run" | "time", feeds: Tensors): Promise<Reply | EngineFailure> => {
    const wrong = inputs.find(
      (port) => feeds[port.name]?.data.byteLength !== sizeOf(port, feeds[port.name]?.dims ?? []),
    );
    if (wrong)
      return { failure: "run-failed", message: `input ${wrong.name} is missing, or is no ${wrong.type} of its dims` };
    const given = inputs.map(({ name, type }) => ({ type, ...(feeds[name] as TensorData) }));
    const tensors = given.map(({ type, dims }) => ({ type, dims }));
    return answerOf(await python.ask({ do: wanted, model, tensors }, given.map(bytesOf)), "run-failed");
  };
  return {
    backend: "torch",
    title: `PyTorch ${python.greeting["version"]}`,
    manifest: {
      inputs: inputs.map(({ name, type, rank }) => ({ name, type, dims: namedAxes(rank) })),
      // The file says neither; results have what they have.
      outputs: outputs.map((name) => ({ name, type: "float32", dims: [] })),
      metadata: {},
    },
    run: async (feeds) => {
      const answer = await ask("run", feeds);
      if (isEngineFailure(answer)) return answer;
      return Object.fromEntries(tensorsOf(answer).map((tensor, i) => [outputs[i] ?? `${i}`, tensor]));
    },
    time: async (feeds) => {
      const answer = await ask("time", feeds);
      return isEngineFailure(answer) ? answer : Number(answer.header["milliseconds"]);
    },
    close: async () => void (await python.ask({ do: "close", model, tensors: [] })),
  };
}

/** Python's file takes any sizes; whether they fit is found out when it runs. */
const namedAxes = (rank: number): readonly string[] => Array.from({ length: rank }, (_, axis) => `axis${axis}`);

/** In bytes, as both sides count them. */
const sizeOf = ({ type }: Pick<Port, "type">, dims: readonly number[]): number =>
  dims.reduce((a, b) => a * b, type === "bool" ? 1 : 4);

const bytesOf = ({ data }: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function tensorsOf({ header, body }: Reply): readonly TensorData[] {
  const entries = header["tensors"] as readonly (Pick<Port, "type"> & Pick<TensorData, "dims">)[];
  let at = 0;
  return entries.map(({ type, dims }) => {
    // A copy, so that it starts at a multiple of its size.
    const bytes = Uint8Array.from(body.subarray(at, at + sizeOf({ type }, dims)));
    at += bytes.length;
    return { dims, data: numbersOf[type](bytes) };
  });
}

const numbersOf: Readonly<Record<Port["type"], (bytes: Uint8Array) => Numbers>> = {
  float32: ({ buffer }) => new Float32Array(buffer),
  int32: ({ buffer }) => new Int32Array(buffer),
  bool: (bytes) => bytes,
};
