// What a tensor of the float model was seen to hold: counts of values in bins whose range doubles when
// a larger value comes, so that one pass over any number of runs is enough.

const bins = 8192;

export interface Histogram {
  /** Smallest and largest value seen. */
  low: number;
  high: number;
  /** The bins cover -reach to reach. */
  reach: number;
  readonly counts: Float64Array;
  /** False after a value that is no number, or infinite. */
  finite: boolean;
}

export const newHistogram = (): Histogram => ({
  low: Number.POSITIVE_INFINITY,
  high: Number.NEGATIVE_INFINITY,
  reach: 2 ** -60,
  counts: new Float64Array(bins),
  finite: true,
});

export function addValues(histogram: Histogram, values: ArrayLike<number>): void {
  let { low, high } = histogram;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
  }
  if (!Number.isFinite(sum)) {
    histogram.finite = false;
    return;
  }
  histogram.low = low;
  histogram.high = high;
  while (histogram.reach <= Math.max(-low, high)) widen(histogram);
  count(histogram, values);
}

function count({ counts, reach }: Histogram, values: ArrayLike<number>): void {
  const factor = bins / 2 / reach;
  for (let i = 0; i < values.length; i++) counts[Math.floor((values[i] as number) * factor) + bins / 2]!++;
}

/** Two neighbouring bins become one. */
function widen(histogram: Histogram): void {
  const old = histogram.counts.slice();
  histogram.counts.fill(0);
  for (let i = 0; i < bins; i += 2) histogram.counts[bins / 4 + i / 2] = (old[i] ?? 0) + (old[i + 1] ?? 0);
  histogram.reach *= 2;
}

/** Sums over the bins below an edge, so that any range is answered at once. */
export interface Moments {
  /** Number, sum and sum of squares of the values below `value`. */
  below(value: number): readonly [count: number, sum: number, squares: number];
  readonly all: readonly [count: number, sum: number, squares: number];
}

export function momentsOf({ counts, reach }: Histogram): Moments {
  const [n, sum, squares] = [0, 1, 2].map(() => new Float64Array(bins + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const width = (2 * reach) / bins;
  for (let i = 0; i < bins; i++) {
    const centre = (i + 0.5) * width - reach;
    const c = counts[i] ?? 0;
    n[i + 1] = (n[i] ?? 0) + c;
    sum[i + 1] = (sum[i] ?? 0) + c * centre;
    squares[i + 1] = (squares[i] ?? 0) + c * centre * centre;
  }
  const at = (edge: number): readonly [number, number, number] => [n[edge] ?? 0, sum[edge] ?? 0, squares[edge] ?? 0];
  return {
    below: (value) => at(Math.min(bins, Math.max(0, Math.round((value + reach) / width)))),
    all: at(bins),
  };
}
