// The integers of one layer: kernel in int8 with one step size per output channel, bias in int32. What
// rounding the kernel does to the mean of the output is put into the bias.

/** A kernel as [outer, channels out, inner], and where each input channel lies. */
export interface Kernel {
  readonly values: Float32Array;
  /** Numbers of axes: of a kernel OIHW the output axis is 0, of IO it is 1. */
  readonly dims: readonly number[];
  readonly outputAxis: number;
  readonly groups: number;
}

export interface LayerIntegers {
  /** One per output channel. */
  readonly scales: Float32Array;
  readonly bias: Int32Array;
}

const largest = 127;
/** A bias counts in steps of input times kernel; room for sums is left below 2^31. */
const largestBias = 2 ** 30;

export function integersOf(
  kernel: Kernel,
  bias: Float32Array | undefined,
  input: { readonly scale: number; readonly means: Float64Array | undefined },
): LayerIntegers {
  const channels = kernel.dims[kernel.outputAxis] ?? 1;
  const most = new Float64Array(channels);
  eachValue(kernel, (value, output) => {
    const size = Math.abs(value);
    if (size > (most[output] ?? 0)) most[output] = size;
  });
  const scales = Float32Array.from(most, (size, output) => scaleOf(size, bias?.[output] ?? 0, input.scale));
  const shift = input.means ? roundingShift(kernel, scales, input.means) : new Float64Array(channels);
  const integers = Int32Array.from(shift, (by, output) =>
    Math.round(((bias?.[output] ?? 0) + by) / (input.scale * (scales[output] ?? 1))),
  );
  return { scales, bias: integers };
}

/** A channel of tiny weights and a large bias would overflow the bias: its steps are coarser. */
function scaleOf(most: number, bias: number, inputScale: number): number {
  const scale = Math.max(most / largest, Math.abs(bias) / (inputScale * largestBias));
  return scale > 0 ? scale : 1;
}

const rounded = (value: number, scale: number): number =>
  Math.max(-largest, Math.min(largest, Math.round(value / scale)));

export function kernelIntegers(kernel: Kernel, scales: Float32Array): Int8Array {
  const integers = new Int8Array(kernel.values.length);
  eachValue(kernel, (value, output, _input, at) => {
    integers[at] = rounded(value, scales[output] ?? 1);
  });
  return integers;
}

/** By how much the rounded kernel misses the mean of each output channel: sum of (w - rounded w) · mean of x. */
function roundingShift(kernel: Kernel, scales: Float32Array, means: Float64Array): Float64Array {
  const shift = new Float64Array(scales.length);
  eachValue(kernel, (value, output, input) => {
    const scale = scales[output] ?? 1;
    shift[output] = (shift[output] ?? 0) + (value - rounded(value, scale) * scale) * (means[input] ?? 0);
  });
  return shift;
}

type Visit = (value: number, output: number, input: number, at: number) => void;

function eachValue({ values, dims, outputAxis, groups }: Kernel, visit: Visit): void {
  const [first = 1, second = 1] = dims;
  const inner = dims.slice(2).reduce((a, b) => a * b, 1);
  const perGroup = first / groups;
  let at = 0;
  for (let a = 0; a < first; a++)
    for (let b = 0; b < second; b++)
      for (let i = 0; i < inner; i++, at++) {
        if (outputAxis === 0) visit(values[at] as number, a, Math.floor(a / perGroup) * second + b, at);
        else visit(values[at] as number, b, a, at);
      }
}
