// The keys of a table's rows: found at once by their words, as a table may have many.
import { equalValues } from "./equal.ts";
import { numberOf, type Value } from "./value.ts";

export class RowKeys {
  readonly values: Value[] = [];
  readonly #plain = new Map<string, number>();
  /** What is no words is compared one by one. */
  readonly #others: number[] = [];

  static of(values: readonly Value[]): RowKeys {
    const keys = new RowKeys();
    for (const value of values) keys.add(value);
    return keys;
  }

  /** False where an equal one was there before. */
  add(key: Value): boolean {
    const isNew = this.positionOf(key) < 0;
    const word = wordOf(key);
    if (word === undefined) this.#others.push(this.values.length);
    else if (isNew) this.#plain.set(word, this.values.length);
    this.values.push(key);
    return isNew;
  }

  /** The position of the first row with this key, or -1. */
  positionOf(key: Value): number {
    const word = wordOf(key);
    if (word !== undefined) return this.#plain.get(word) ?? -1;
    return this.#others.find((at) => equalValues(this.values[at] as Value, key) === true) ?? -1;
  }
}

/** Equal words are equal values; undefined where a value is no words, as a block is. */
function wordOf(value: Value): string | undefined {
  const number = numberOf(value);
  if (number !== undefined) return `number ${number + 0}`;
  switch (value.kind) {
    case "str":
      return JSON.stringify(value.value);
    case "bool":
      return `truth ${value.value}`;
    case "list":
    case "tuple":
      return wordOfAll(value.items);
    case "record": {
      const fields = [...value.fields].sort(([a], [b]) => (a < b ? -1 : 1));
      const word = wordOfAll(fields.map(([, field]) => field));
      return word && `${fields.map(([label]) => label).join()} ${word}`;
    }
    default:
      return undefined;
  }
}

function wordOfAll(values: readonly Value[]): string | undefined {
  const words = values.map(wordOf);
  return words.includes(undefined) ? undefined : `[${words.join()}]`;
}
