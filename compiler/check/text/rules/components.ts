// Which things lead to each other in a circle (Tarjan's components), without recursion: texts make chains of any length.

interface Visit<Thing> {
  readonly thing: Thing;
  readonly next: Iterator<Thing>;
}

/** Groups that lead to each other, each after those that it leads to; `next` leaves out what is known already. */
export function components<Thing>(
  start: Thing,
  next: (thing: Thing) => Iterable<Thing>,
): readonly (readonly Thing[])[] {
  const found: Thing[][] = [];
  const index = new Map<Thing, number>();
  const low = new Map<Thing, number>();
  const open: Thing[] = [];
  const isOpen = new Set<Thing>();
  const path: Visit<Thing>[] = [];
  const enter = (thing: Thing): void => {
    low.set(thing, index.size);
    index.set(thing, index.size);
    open.push(thing);
    isOpen.add(thing);
    path.push({ thing, next: next(thing)[Symbol.iterator]() });
  };
  const lower = (thing: Thing, to = 0): void => {
    low.set(thing, Math.min(low.get(thing) ?? 0, to));
  };
  const leave = (thing: Thing): void => {
    path.pop();
    const above = path.at(-1);
    if (above) lower(above.thing, low.get(thing));
    if (low.get(thing) !== index.get(thing)) return;
    const group = open.splice(open.lastIndexOf(thing));
    for (const each of group) isOpen.delete(each);
    found.push(group);
  };
  enter(start);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { value, done } = top.next.next();
    if (done) leave(top.thing);
    else if (!index.has(value)) enter(value);
    else if (isOpen.has(value)) lower(top.thing, index.get(value));
  }
  return found;
}
