// Items by the turn at which they are due: walk after walk over a row of places. A binary heap of turns,
// each with its items in the order in which they came.

export class Turns<Item> {
  readonly #places: number;
  readonly #heap: number[] = [];
  readonly #items = new Map<number, { readonly list: Item[]; next: number }>();

  constructor(places: number) {
    this.#places = places;
  }

  add(walk: number, place: number, item: Item): void {
    const turn = walk * this.#places + place;
    const known = this.#items.get(turn);
    if (known) {
      known.list.push(item);
      return;
    }
    this.#items.set(turn, { list: [item], next: 0 });
    this.#push(turn);
  }

  /** The next item; items may be added to the turn that it belongs to. */
  take(): { readonly item: Item; readonly walk: number; readonly place: number } | undefined {
    for (;;) {
      const [turn] = this.#heap;
      if (turn === undefined) return undefined;
      const items = this.#items.get(turn);
      const item = items?.list[items.next];
      if (items && item !== undefined) {
        items.next++;
        return { item, walk: Math.floor(turn / this.#places), place: turn % this.#places };
      }
      this.#items.delete(turn);
      this.#pop();
    }
  }

  #push(turn: number): void {
    const heap = this.#heap;
    let at = heap.push(turn) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) <= turn) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = turn;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      const other = child + 1;
      if (other < heap.length && (heap[other] as number) < (heap[child] as number)) child = other;
      if ((heap[child] as number) >= last) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = last;
  }
}
