// The numbers of a bound model, read from its file one tensor at a time: brought to float32 and to the order
// that a target wants in one go, so that no tensor exists twice.
import {
  type Checkpoint,
  isProblem,
  type NonFinite,
  nonFiniteText,
  numbersOf,
  type Problem,
  watchFinite,
} from "../../checkpoints/index.ts";
import { type Laid, sizeOf, type Walk, walkTo } from "../ir/axes.ts";
import { readerOver, type WeightReader } from "../ir/weights.ts";
import type { Binding } from "./bind.ts";
import { axesIn } from "./order.ts";
import { lettersInFile, wantedLetters } from "./stored.ts";

/** `refuse` is called when a tensor turns out to be damaged or to hold no numbers, and does not come back. */
export function boundWeights(
  checkpoint: Checkpoint,
  binding: Binding,
  refuse: (problem: Problem) => never,
): WeightReader {
  return readerOver((weight, axes) => {
    const tensor = binding.tensors.get(weight.path);
    if (!tensor) throw new Error(`internal: weight ${weight.path} is not bound`);
    const order = binding.orders.get(weight.path) ?? "tensorflow";
    const first = binding.channelsFirst.get(weight.path);
    const target = new Float32Array(sizeOf(weight));
    const stored = lettersInFile(axesIn(order, weight.axes), first);
    const put = writerTo(target, wantedLetters(weight, axes, first), stored);
    const watch = watchFinite(tensor.dtype);
    let odd: NonFinite | undefined;
    for (const piece of checkpoint.pieces(tensor.name)) {
      if (isProblem(piece)) return refuse(piece);
      odd = watch(piece);
      put(numbersOf(tensor.dtype, piece));
    }
    return odd ? refuse({ problem: nonFiniteText(tensor, odd) }) : target;
  });
}

/** Puts numbers that come in the order `stored`, piece by piece, where they belong. */
function writerTo(target: Float32Array, laid: Laid, stored: string): (numbers: ArrayLike<number>) => void {
  const walk = walkTo(laid, stored);
  return isPlain(walk, target.length) ? inOrder(target) : scattered(target, walk);
}

const isPlain = ({ counts: [a, b, c], steps }: Walk, size: number): boolean =>
  size === 0 || (a === 1 && b === 1 && c === 1 && steps[3] <= 1);

function inOrder(target: Float32Array): (numbers: ArrayLike<number>) => void {
  let at = 0;
  return (numbers) => {
    target.set(numbers, at);
    at += numbers.length;
  };
}

/** Four loops whose state outlives a piece. */
function scattered(target: Float32Array, { counts, steps }: Walk): (numbers: ArrayLike<number>) => void {
  const [, b, c, d] = counts;
  const [sa, sb, sc, sd] = steps;
  let [i, j, k, l] = [0, 0, 0, 0];
  return (numbers) => {
    for (let n = 0; n < numbers.length; ) {
      const run = Math.min(d - l, numbers.length - n);
      let at = i * sa + j * sb + k * sc + l * sd;
      for (const end = n + run; n < end; n++) {
        target[at] = numbers[n] as number;
        at += sd;
      }
      l += run;
      if (l < d) continue;
      [l, k] = [0, k + 1];
      if (k === c) [k, j] = [0, j + 1];
      if (j === b) [j, i] = [0, i + 1];
    }
  };
}
