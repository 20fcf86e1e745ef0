// Arrays through an open model: in the axes of the text on both sides, whatever its interface has.
import type { NDArray } from "../compiler/index.ts";
import { type EngineFailure, isEngineFailure, type Port, type Session, type TensorData } from "../runtime/index.ts";
import { numbersFor } from "./feeds.ts";
import { type Arrays, fromInterface, type Layout, toInterface } from "./layout.ts";

export interface AnsweredArray extends NDArray {
  readonly type: Port["type"];
}

/**
 * The results of one run, in the order of the model's. A name that means something to Python is another one there: an
 * input without a feed of its name takes the one in its place.
 */
export async function answersOf(
  session: Session,
  feeds: Arrays,
  layout: Layout,
): Promise<readonly AnsweredArray[] | EngineFailure> {
  const { inputs, outputs } = session.manifest;
  const inOrder = [...feeds.values()];
  const given = inputs.map(({ name, type }, place): [string, TensorData] => {
    const feed = feeds.get(name) ?? inOrder[place];
    if (!feed) throw new Error(`internal: no feed for input ${name}`);
    const { dims, data } = toInterface(feed, layout);
    return [name, { dims, data: numbersFor(type, data) }];
  });
  const answer = await session.run(Object.fromEntries(given));
  if (isEngineFailure(answer)) return answer;
  const strange = Object.entries(answer).find(([, { data }]) => typeOf(data) === undefined);
  if (strange) return { failure: "run-failed", message: `output ${strange[0]} is none of float32, int32 and bool` };
  return outputs.map(({ name }) => arrayOf(answer[name], layout));
}

/** Differs from every array that was asked for. */
const nothing: AnsweredArray = { dims: [], data: new Float64Array(), type: "float32" };

function arrayOf(tensor: TensorData | undefined, layout: Layout): AnsweredArray {
  if (!tensor) return nothing;
  const { dims, data } = tensor;
  return { ...fromInterface({ dims, data: Float64Array.from(data) }, layout), type: typeOf(data) ?? "float32" };
}

/** Models of other people may have other types. */
function typeOf(data: TensorData["data"]): Port["type"] | undefined {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  return data instanceof Uint8Array ? "bool" : undefined;
}
