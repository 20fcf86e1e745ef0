import type { TensorType } from "../../ir/graph.ts";
import { binary } from "../kit/binary.ts";
import { nth } from "../kit/nth.ts";
import { equalShapes } from "../kit/one-shape.ts";
import { type Failure, isFailure, type Sizes } from "../kit/primitive.ts";
import { isMap, mapOf, mapType } from "../kit/types.ts";

/** A gate is one number per channel, [.., 1, 1, C], for a whole map: squeeze and excite. */
function isGate(x: TensorType, gate: TensorType): boolean {
  if (!isMap(x) || x.dims.length !== gate.dims.length) return false;
  const { height, width } = mapOf(gate);
  return height === 1 && width === 1;
}

/** What is meant by a product that other libraries would broadcast. */
function withGateHelp(
  joined: TensorType | Failure,
  x: TensorType,
  gate: TensorType,
  sizes: Sizes,
): TensorType | Failure {
  if (!isFailure(joined)) return joined;
  const help = gateHelp(x, gate, sizes);
  return help === undefined ? joined : { ...joined, help: [help] };
}

function gateHelp(x: TensorType, gate: TensorType, sizes: Sizes): string | undefined {
  if (isGate(gate, x)) return "the gate comes second: `(map, gate) -> mul`, or `map * gate`";
  const [map, other] = x.dims.length >= gate.dims.length ? [x, gate] : [gate, x];
  if (!isMap(map)) return undefined;
  const form = `a gate is ${sizes.showType({ dtype: "f32", dims: [nth(map.dims, 0), 1, 1, nth(map.dims, -1)] })}`;
  if (other.dims.length === 2) return `${form}: \`global_avg_pool(keep = true)\` keeps the axes of size 1`;
  const channels = sizes.show(nth(x.dims, -1));
  const isMask = isMap(gate) && nth(gate.dims, -1) === 1 && nth(x.dims, -1) !== 1;
  return isMask
    ? `${form}; one channel for all is repeated by \`(each i in 0..${channels} { gate }) -> concat\``
    : undefined;
}

function shape(inputs: readonly TensorType[], sizes: Sizes): TensorType | Failure {
  const [x, gate] = [nth(inputs, 0), nth(inputs, 1)];
  if (!isGate(x, gate)) return withGateHelp(equalShapes("mul", inputs, sizes), x, gate, sizes);
  const { height, width } = mapOf(x);
  const seen = mapType({ ...mapOf(gate), height, width });
  const joined = equalShapes("mul", [x, { ...seen, dtype: gate.dtype }], sizes);
  return isFailure(joined) ? joined : x;
}

export const mul = binary({
  op: "mul",
  docs: "The product of two tensors of one shape. The one exception to equal shapes in the language: the second may be a gate [.., 1, 1, C], which multiplies every pixel (`global_avg_pool(keep = true)` makes such a shape).",
  onnxOp: "Mul",
  torchOperator: "*",
  apply: (a, b) => a * b,
  tfjs: (inputs, emit) => emit.layer("Multiply", {}, inputs),
  shape,
});
