// Which values are the best. Engines choose in single precision, and so does the released code: what is equal there is a
// tie here as well, however much more double precision knows.

/** The places of the `count` largest values, best first; equal ones in order. There are fewer if `values` has fewer. */
export function bestOf(values: ArrayLike<number>, count: number): readonly number[] {
  const rounded = new Float32Array(values);
  rounded.forEach((value, place) => {
    if (Number.isNaN(value)) rounded[place] = Number.NEGATIVE_INFINITY;
  });
  // Few are wanted of many, as a rule: only those are sorted by place as well.
  const least = rounded.slice().sort().at(-count) ?? Number.NEGATIVE_INFINITY;
  const places: number[] = [];
  rounded.forEach((value, place) => {
    if (value >= least) places.push(place);
  });
  places.sort((a, b) => (rounded[b] === rounded[a] ? a - b : rounded[b]! - rounded[a]!));
  return places.slice(0, count);
}
