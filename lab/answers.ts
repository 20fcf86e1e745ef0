// Arrays through an open model: in the axes of the text on both sides, whatever its interface has.
import type { NDArray } from "../compiler/index.ts";
import { type EngineFailure, isEngineFailure, type Session, type TensorData } from "../runtime/index.ts";
import { numbersFor } from "./feeds.ts";
import { type Arrays, fromInterface, type Layout, toInterface } from "./layout.ts";

/**
 * The results of one run, in the order of the model's. A name that means something to Python is another one there: an
 * input without a feed of its name takes the one in its place.
 */
export async function answersOf(
  session: Session,
  feeds: Arrays,
  layout: Layout,
): Promise<readonly NDArray[] | EngineFailure> {
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
  return outputs.map(({ name }) => fromInterface(arrayOf(answer[name]), layout));
}

/** Differs from every array that was asked for. */
const nothing: NDArray = { dims: [], data: new Float64Array() };

const arrayOf = (tensor: TensorData | undefined): NDArray =>
  tensor ? { dims: tensor.dims, data: Float64Array.from(tensor.data) } : nothing;
