// `@image(…)`: how the input of a model is made of a picture. The runtime reads what is written here, in the file of
// every target, and does exactly that.
import { type Annotation, nearest } from "../../../../grammar/index.ts";
import type { Context } from "../../state/context.ts";
import { showType } from "../../values/show.ts";
import { numberOf, type Scope, type Value } from "../../values/value.ts";
import { choice, positive, readSettings, type Schema, type Settings } from "./settings.ts";

const three = (isSound: (value: Value) => boolean) => (value: Value) =>
  value.kind === "list" && value.items.length === 3 && value.items.every(isSound)
    ? value.items.map((item) => numberOf(item) as number)
    : undefined;

const schema: Schema = {
  input: {
    read: (value) => (value.kind === "str" ? value.value : undefined),
    expected: "the name of an input",
    words: [],
    default: "image",
  },
  resize: {
    read: resizing,
    expected: "fit(SIZE), stretch(SIZE) or none",
    words: ["fit", "stretch", "none"],
    help: "`fit(512)` keeps the aspect within 512 x 512, `stretch(512)` does not; `fit(480, 640)` has a height and a width",
    default: ["none"],
  },
  kernel: choice(["half_pixel", "asymmetric"], {
    help: "`half_pixel` is what most programs do; `asymmetric` is the older kernel of TensorFlow 1",
    default: "half_pixel",
  }),
  pad: choice(["bottom_right", "none"], { default: "none" }),
  before: choice(["normalize", "pad"], {
    help: "what comes last: `normalize` gives padding the value -mean / std, `pad` leaves it 0",
    default: "",
  }),
  order: choice(["rgb", "bgr"], { default: "rgb" }),
  range: {
    read: positive,
    expected: "a number above 0",
    help: "255 where pixels are 0 to 255 before the mean is taken away, 1 where they are 0 to 1",
    default: 255,
  },
  mean: {
    read: three((item) => Number.isFinite(numberOf(item))),
    expected: "three numbers, in the order of the channels",
    default: [0, 0, 0],
  },
  std: {
    read: three((item) => positive(item) !== undefined),
    expected: "three numbers above 0, in the order of the channels",
    default: [1, 1, 1],
  },
};

/** `inputs`: of the model. Undefined where something is wrong, which has been reported then. */
export function imageSettings(
  annotation: Annotation,
  inputs: readonly string[],
  scope: Scope,
  c: Context,
): Settings | undefined {
  const settings = readSettings(annotation, schema, scope, c);
  if (!settings) return undefined;
  const { input = "", resize, kernel = "", pad = "", before, order = "", range = 0, mean = [], std = [] } = settings;
  const [kind, ...size] = resize as readonly [string, ...number[]];
  if (!checkInput(annotation, String(input), inputs, scope, c) || !checkPad(annotation, settings, kind, c))
    return undefined;
  const sized = kind === "none" ? {} : { size: fixedSize(String(input), scope) ?? size };
  // Where nothing is padded, neither order differs from the other.
  const last = before === "" ? "normalize" : (before ?? "");
  return { input, resize: kind, ...sized, kernel, pad, before: last, order, range, mean, std };
}

function resizing(value: Value): readonly (string | number)[] | undefined {
  if (value.kind === "str") return value.value === "none" ? ["none"] : undefined;
  const [kind, ...sides] = value.kind === "tuple" ? value.items : [];
  if (kind?.kind !== "str" || !["fit", "stretch"].includes(kind.value) || sides.length > 2) return undefined;
  const numbers = sides.map(numberOf);
  if (!numbers.every((side): side is number => Number.isInteger(side) && (side ?? 0) >= 1 && (side ?? 0) < 2 ** 16))
    return undefined;
  const [height, width = height] = numbers;
  return height === undefined || width === undefined ? undefined : [kind.value, height, width];
}

/** The sizes that the input was fixed at (`at (H = 512)`) count for more than those that the text gives. */
function fixedSize(input: string, scope: Scope): readonly number[] | undefined {
  const value = scope.names.get(input);
  const dims = value?.kind === "tensor" ? value.tensor.type.dims.slice(-3, -1) : [];
  return dims.every((dim) => typeof dim === "number") ? dims : undefined;
}

function checkInput(
  { span, args }: Annotation,
  name: string,
  inputs: readonly string[],
  scope: Scope,
  c: Context,
): boolean {
  const place = args.find(({ label }) => label?.text === "input")?.span ?? span;
  if (!inputs.includes(name)) {
    const guess = nearest(name, inputs);
    const expected = `an input of the model (${inputs.join(", ")})`;
    const help = guess === undefined ? [] : [`did you mean ${guess}?`];
    c.report("DM3114", place, { callee: "@image", param: "input", expected, actual: name }, { help });
    return false;
  }
  const value = scope.names.get(name);
  if (value?.kind !== "tensor") return false;
  const { type } = value.tensor;
  if (type.dims.length >= 3 && type.dims.at(-1) === 3 && type.dtype === "f32") return true;
  const slots = { op: "@image", expected: "an input [.., H, W, 3]", actual: `${name}: ${showType(type)}` };
  c.report("DM4203", place, slots);
  return false;
}

/** Padding needs a size, and two orders that give different numbers. */
function checkPad(
  { span, args }: Annotation,
  { pad, before }: Settings,
  resize: string | undefined,
  c: Context,
): boolean {
  if (pad === "none") return true;
  const place = args.find(({ label }) => label?.text === "pad")?.span ?? span;
  if (resize !== "fit") {
    const slots = { callee: "@image", param: "pad", expected: "none", actual: String(pad) };
    c.report("DM3114", place, slots, { help: ["only what is fitted into a size is padded: `resize = fit(512)`"] });
    return false;
  }
  if (before !== "") return true;
  c.report("DM3111", span, { callee: "@image", param: "before" }, { help: [schema["before"]?.help ?? ""] });
  return false;
}
