// What to say about a value that another library would take for the same parameter.

const padding =
  "`half`, the default, pads (k - 1) // 2 on every side, `valid` nothing; other borders: `-> pad(1)` first";

/** By operator and parameter, or by parameter alone. */
const values: ReadonlyMap<string, string> = new Map([
  ["pad", padding],
  ["deconv pad", "a whole number, PyTorch's padding: `deconv(c, k = 4, stride = 2, pad = 1)`"],
  ["bn eps", "it is the first parameter; how many channels flow in is known from the left: `bn`"],
  ["reshape sizes", "no size is left to be found, and the batch stays: `reshape(H, W, C)`"],
  ["transpose axes", "the batch stays where it is: `transpose(2, 1, 3)` names the axes behind it"],
  ["upsample s", "factors are whole: `upsample(2)`"],
]);

/** What to write for a parameter of an operator that has been given something else. */
export function valueHelp(operator: string, parameter: string): string[] {
  const help = values.get(`${operator} ${parameter}`) ?? values.get(parameter);
  return help === undefined ? [] : [help];
}
