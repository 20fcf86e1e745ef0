// The sign of a polynomial over k = 0, 1, 2, …, exactly and without real numbers. The polynomial is given
// by its forward differences at 0, p(k) = Σ differences[i]·C(k, i): they follow from values at deg + 1
// points, and p(k + 1) - p(k) has the same differences without the first.

type Sign = -1 | 0 | 1;

/** `sign` holds from `from` to the next run; the first run starts at 0 and the last never ends. */
export interface SignRun {
  readonly from: number;
  readonly sign: Sign;
}

type BigRun = { readonly from: bigint; readonly sign: Sign };

/** Differences of values at 0, 1, …; exact while the values stay below 2^53 / 2^count. */
export function differencesOf(values: readonly number[]): readonly number[] {
  const row = [...values];
  for (let order = 1; order < row.length; order++) {
    for (let i = row.length - 1; i >= order; i--) row[i] = (row[i] ?? 0) - (row[i - 1] ?? 0);
  }
  return row;
}

export function differencesOfBig(values: readonly bigint[]): readonly bigint[] {
  const row = [...values];
  for (let order = 1; order < row.length; order++) {
    for (let i = row.length - 1; i >= order; i--) row[i] = (row[i] ?? 0n) - (row[i - 1] ?? 0n);
  }
  return row;
}

/** The sign where all differences agree, which is most of the time. */
function constantSign(differences: readonly number[] | readonly bigint[]): Sign | undefined {
  const [first] = differences;
  if (first === undefined) return 0;
  if (first === 0 || first === 0n) return differences.some((d) => d !== 0 && d !== 0n) ? undefined : 0;
  const sign = first > 0 ? 1 : -1;
  return differences.every((d) => (sign > 0 ? d >= 0 : d <= 0)) ? sign : undefined;
}

/** Runs that would begin beyond 2^53 are left out: no size is that large. */
export function signRuns(differences: readonly number[] | readonly bigint[]): readonly SignRun[] {
  const sign = constantSign(differences);
  if (sign !== undefined) return [{ from: 0, sign }];
  const [first, slope] = differences;
  if (differences.length === 2 && typeof first === "number" && typeof slope === "number")
    return linearRuns(first, slope);
  const runs = runsOf(differences.map((d) => BigInt(d)));
  return runs.map(({ from, sign }) => ({ from: Number(from), sign })).filter(({ from }) => Number.isSafeInteger(from));
}

/** Of first + slope·k, which does change sign. */
function linearRuns(first: number, slope: number): readonly SignRun[] {
  const sign = slope > 0 ? 1 : -1;
  if (first === 0)
    return [
      { from: 0, sign: 0 },
      { from: 1, sign },
    ];
  const crossing = Math.ceil(Math.abs(first) / Math.abs(slope));
  const before: SignRun = { from: 0, sign: first > 0 ? 1 : -1 };
  if (Math.abs(first) % Math.abs(slope) !== 0) return [before, { from: crossing, sign }];
  return [before, { from: crossing, sign: 0 }, { from: crossing + 1, sign }];
}

/** Between sign changes of its difference a polynomial is monotone, so bisection finds its own. */
function runsOf(differences: readonly bigint[]): readonly BigRun[] {
  if (differences.every((d) => d === 0n)) return [{ from: 0n, sign: 0 }];
  const [first = 0n, ...slopes] = differences;
  if (slopes.every((d) => d === 0n)) return [{ from: 0n, sign: signOf(first) }];
  const runs: BigRun[] = [];
  const add = (from: bigint, sign: Sign) => {
    if (runs.at(-1)?.sign !== sign) runs.push({ from, sign });
  };
  const stretches = runsOf(slopes);
  stretches.forEach(({ from, sign: slope }, i) => {
    const end = stretches[i + 1]?.from;
    const signAt = (k: bigint): Sign => signOf(valueAt(differences, k));
    for (let k: bigint | undefined = from; k !== undefined; ) {
      const sign = signAt(k);
      add(k, sign);
      if (slope === 0 || sign === slope) return;
      k = firstWhere((at) => signAt(at) !== sign, k, end);
    }
  });
  return runs;
}

/** The first k in from + 1 … end - 1 where a condition that stays true becomes true; it must, without an end. */
function firstWhere(isTrue: (k: bigint) => boolean, from: bigint, end: bigint | undefined): bigint | undefined {
  let low = from;
  let high = from + 1n;
  for (let step = 2n; (end === undefined || high < end) && !isTrue(high); step *= 2n) {
    low = high;
    high += step;
  }
  if (end !== undefined && high >= end) {
    high = end - 1n;
    if (high <= low || !isTrue(high)) return undefined;
  }
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function valueAt(differences: readonly bigint[], k: bigint): bigint {
  let choose = 1n;
  let sum = 0n;
  differences.forEach((difference, i) => {
    sum += difference * choose;
    choose = (choose * (k - BigInt(i))) / BigInt(i + 1);
  });
  return sum;
}

const signOf = (n: bigint): Sign => (n > 0n ? 1 : n < 0n ? -1 : 0);
