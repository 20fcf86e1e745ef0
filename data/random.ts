// Random numbers that depend on their seed alone: the same on every machine, in every order of drawing.

export interface Random {
  /** A number from `low` up to, and never equal to, `high`. */
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Gaussian, by Box and Muller. */
  normal(deviation: number): number;
}

/** Spreads the bits of a number over all of its 32 (the end of MurmurHash 3). */
function mixed(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** 32 random bits a call: Doty-Humphrey's sfc32, which passes PractRand. */
function bitsFrom(keys: readonly number[]): () => number {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (const key of keys) [a, b, c] = [mixed(a ^ key), mixed(b + mixed(key)), mixed(c ^ Math.imul(key, 0x9e3779b1))];
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) next();
  return next;
}

/** A stream of its own for every list of keys, such as a seed, a split and an index. */
export function randomFrom(...keys: readonly number[]): Random {
  const bits = bitsFrom(keys);
  const unit = (): number => bits() / 2 ** 32;
  const between = (low: number, high: number): number => low + (high - low) * unit();
  const whole = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    between,
    whole,
    chance: (probability) => unit() < probability,
    pick: (items) => items[whole(0, items.length - 1)]!,
    normal: (deviation) => deviation * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}
