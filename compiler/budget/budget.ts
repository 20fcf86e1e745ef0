// What one command may cost in all, whoever spends it: the evaluator, the size solver, tests, the matching of
// names, what writes and runs a graph. Steps are counted, so the answer is the same on every machine; time is the last resort, and its clock is
// handed in, since the compiler has none. The first place where a budget ran out is the place for good: every
// later question in the same session gets the same answer.
import type { Span } from "../../grammar/index.ts";

export interface Limits {
  /** About a fifth of a microsecond each. */
  readonly steps?: number;
  readonly seconds?: number;
  /** Milliseconds of a clock that only goes forward; without one, time is not bounded. */
  readonly now?: () => number;
  /** True once nobody waits for the answer any more. */
  readonly isCancelled?: () => boolean;
}

interface RanOut {
  readonly of: "steps" | "time" | "patience";
  readonly span: Span;
}

/** Steps between two looks at the clock. */
const stride = 4096;

export class Budget {
  steps: number;
  seconds: number;
  ranOut: RanOut | undefined;
  readonly #limits: Limits;
  readonly #start: number;
  #spent = 0;
  #nextLook = 0;

  constructor(limits: Limits = {}) {
    this.#limits = limits;
    this.steps = limits.steps ?? 10_000_000;
    this.seconds = limits.seconds ?? 30;
    this.#start = limits.now?.() ?? 0;
  }

  get spent(): number {
    return this.#spent;
  }

  /** What is given in addition, for one more file of a command. What ran out stays so. */
  grow({ steps, seconds }: { readonly steps: number; readonly seconds: number }): void {
    this.steps += steps;
    this.seconds += seconds;
  }

  /** Takes steps for work at a place; false where nothing is left. */
  spend(steps: number, span: Span): boolean {
    if (this.ranOut) return false;
    this.#spent += steps;
    if (this.#spent < this.#nextLook) return true;
    const of = this.#missing();
    if (of) this.ranOut = { of, span };
    return !of;
  }

  #missing(): RanOut["of"] | undefined {
    if (this.#spent > this.steps) return "steps";
    this.#nextLook = Math.min(this.#spent + stride, this.steps + 1);
    if (this.#limits.isCancelled?.()) return "patience";
    const now = this.#limits.now?.();
    return now !== undefined && now - this.#start > this.seconds * 1000 ? "time" : undefined;
  }
}
