// The numbers of a model as tfjs lays them out: all weights one behind the other, cut into files of equal
// size. One weight is in memory at a time, also where it spans many files.
import type { WeightReader } from "../../ir/weights.ts";
import { type LayerWeight, weightBytes } from "./program.ts";

/** What tfjs's own converter uses: small enough that browsers keep it in their cache. */
export const shardBytes = 4 * 2 ** 20;

export interface Shard {
  readonly name: string;
  readonly bytes: number;
  chunks(): Iterable<Uint8Array>;
}

export function shardsOf(weights: readonly LayerWeight[], reader: WeightReader): readonly Shard[] {
  const total = weights.reduce((sum, weight) => sum + weightBytes(weight), 0);
  const count = Math.ceil(total / shardBytes);
  const read = keepingLast(reader);
  return Array.from({ length: count }, (_, i) => {
    const from = i * shardBytes;
    const to = Math.min(from + shardBytes, total);
    return {
      name: `group1-shard${i + 1}of${count}.bin`,
      bytes: to - from,
      chunks: () => range(weights, from, to, read),
    };
  });
}

type Read = (weight: LayerWeight) => Uint8Array;

function* range(weights: readonly LayerWeight[], from: number, to: number, read: Read): Generator<Uint8Array> {
  let at = 0;
  for (const weight of weights) {
    const end = at + weightBytes(weight);
    if (end > from && at < to && end > at) yield read(weight).subarray(Math.max(from - at, 0), Math.min(to, end) - at);
    at = end;
  }
}

/** A weight that the next file continues is not read again. */
function keepingLast(reader: WeightReader): Read {
  let last: { readonly weight: LayerWeight; readonly bytes: Uint8Array } | undefined;
  return (weight) => {
    if (last?.weight !== weight) {
      last = undefined;
      last = { weight, bytes: floatBytes(reader.read(weight.weight, weight.axes)) };
    }
    return last.bytes;
  };
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Little-endian bytes: a view where the machine agrees, which is nearly everywhere. */
function floatBytes(values: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return new Uint8Array(view.buffer);
}
