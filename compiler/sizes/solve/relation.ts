// Comparisons with zero.

export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

export function holds(difference: number, relation: Relation): boolean {
  switch (relation) {
    case "==":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
  }
}

/** The lowest and highest sign that a difference may have. */
export interface SignRange {
  readonly low: -1 | 0 | 1;
  readonly high: -1 | 0 | 1;
}

/** Undefined where both answers are possible. */
export function holdsForAll({ low, high }: SignRange, relation: Relation): boolean | undefined {
  const answers = new Set(
    [-1, 0, 1].filter((sign) => low <= sign && sign <= high).map((sign) => holds(sign, relation)),
  );
  return answers.size === 1 ? answers.has(true) : undefined;
}
