// Runs what a target wrote in the engine that opens it, as `verify` compares it.
import type { NDArray } from "../../compiler/index.ts";
import { isEngineFailure, type Numbers, openSession, type Port, type TensorData } from "../../runtime/index.ts";
import type { Arrays, RunFailure } from "./runners.ts";

export async function runInEngine(path: string, feeds: Arrays): Promise<Arrays | RunFailure> {
  const session = await openSession(path);
  if (isEngineFailure(session)) return { failure: session.message, missing: session.failure === "engine-missing" };
  const { inputs } = session.manifest;
  const answer = await session.run(Object.fromEntries(inputs.map((port) => [port.name, tensorFor(port, feeds)])));
  await session.close();
  if (isEngineFailure(answer)) return { failure: answer.message };
  return new Map(Object.entries(answer).map(([name, tensor]) => [name, arrayOf(tensor)]));
}

export function tensorFor({ name, type }: Pick<Port, "name" | "type">, feeds: Arrays): TensorData {
  const feed = feeds.get(name);
  if (!feed) throw new Error(`internal: no feed for input ${name}`);
  const from: Record<Port["type"], (data: Float64Array) => Numbers> = {
    float32: (data) => Float32Array.from(data),
    int32: (data) => Int32Array.from(data),
    bool: (data) => Uint8Array.from(data),
  };
  return { dims: feed.dims, data: from[type](feed.data) };
}

export const arrayOf = ({ dims, data }: TensorData): NDArray => ({ dims, data: Float64Array.from(data) });
