// Reading a list at a place that the contract of the table guarantees.
export function nth<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(index);
  if (item === undefined) throw new Error(`internal: an operator lacks item ${index} of ${items.length}`);
  return item;
}
