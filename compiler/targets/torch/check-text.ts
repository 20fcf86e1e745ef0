// The part of the file that checks itself: recorded numbers, and `python model.py --check`.
import { grouped } from "./numbers.ts";
import { numberList, statement } from "./python.ts";

export interface RecordedInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32" | "bool";
}
export interface RecordedOutput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Numbers spread over the output as the reference computes it, and the largest of all; absent where that would take long. */
  readonly values?: { readonly scale: number; readonly some: readonly number[] };
}
export interface Recorded {
  readonly parameters: number;
  readonly buffers: number;
  /** Nothing in the model divides. */
  readonly staysFinite: boolean;
  readonly inputs: readonly RecordedInput[];
  readonly outputs: readonly RecordedOutput[];
}

const shape = (dims: readonly number[]): string => (dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(", ")})`);

export function recordedText({ parameters, buffers, inputs, outputs }: Recorded): readonly string[] {
  const dict = (name: string, type: string, entries: readonly string[]): readonly string[] =>
    statement(`${name}: ${type} = {${entries.join(", ")}}`, 0);
  const values = outputs.flatMap(({ name, values }) =>
    values ? [`"${name}": (${numberList([values.scale])}, [${numberList(values.some)}])`] : [],
  );
  return [
    "# Recorded when this file was written; `python model.py --check` compares.",
    `PARAMETERS = ${grouped(parameters)}`,
    `BUFFERS = ${grouped(buffers)}`,
    ...dict(
      "EXAMPLE",
      "dict[str, tuple[int, ...]]",
      inputs.map((input) => `"${input.name}": ${shape(input.shape)}`),
    ),
    ...dict(
      "SHAPES",
      "dict[str, tuple[int, ...]]",
      outputs.map((output) => `"${output.name}": ${shape(output.shape)}`),
    ),
    ...dict("VALUES", "dict[str, tuple[float, list[float]]]", values),
  ];
}

/** `example`, `check` and `main`. `hasWeights`: the model is compared with its weights loaded. */
export function checkText({ inputs, outputs, staysFinite }: Recorded, hasWeights: boolean): readonly string[] {
  const numbers = inputs.map(({ name, dtype }) => {
    const drawn = `waves("${name}")`;
    if (dtype === "f32") return `${drawn}.float()`;
    return dtype === "i32" ? `(10 * ${drawn}).int()` : `${drawn} > 0`;
  });
  const [only, second] = outputs;
  const named = second || !only ? "result._asdict()" : `{"${only.name}": result}`;
  return [
    "def waves(name: str) -> Tensor:",
    '    """Numbers for an input, the same in every language: sin(1), sin(2), ..."""',
    "    shape = EXAMPLE[name]",
    "    count = torch.arange(1, math.prod(shape) + 1, dtype=torch.float64)",
    "    return count.sin().reshape(shape)",
    "",
    "",
    "def example() -> tuple[Tensor, ...]:",
    '    """Small inputs that fit the model."""',
    ...statement(`return (${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`, 1),
    "",
    "",
    "@torch.no_grad()",
    "def check() -> list[str]:",
    '    """Everything that is not as it was recorded."""',
    "    model = Model().eval()",
    ...(hasWeights ? ["    load_weights(model)"] : []),
    "    problems: list[str] = []",
    "",
    "    def compare(what: str, found: object, recorded: object) -> None:",
    "        if found != recorded:",
    '            problems.append(f"{what}: {found}, recorded {recorded}")',
    "",
    '    compare("parameters", sum(p.numel() for p in model.parameters()), PARAMETERS)',
    "    floats = [b.numel() for b in model.buffers() if b.is_floating_point()]",
    '    compare("buffers", sum(floats), BUFFERS)',
    "    result = model(*example())",
    `    for name, output in ${named}.items():`,
    '        compare(f"shape of {name}", tuple(output.shape), SHAPES[name])',
    ...(staysFinite
      ? ["        if not output.double().isfinite().all():", '            problems.append(f"{name} is not finite")']
      : []),
    ...valuesText(outputs),
    "    return problems",
    "",
    "",
    "def main() -> int:",
    '    """Compares the model with what was recorded; 0 where all is well."""',
    '    if sys.argv[1:] != ["--check"]:',
    '        print(f"usage: python {sys.argv[0]} --check")',
    "        return 2",
    "    problems = check()",
    "    for problem in problems:",
    "        print(problem)",
    ...statement(`print("differs" if problems else f"ok: {PARAMETERS:,} parameters, {SHAPES}")`, 1),
    "    return 1 if problems else 0",
    "",
    "",
    'if __name__ == "__main__":',
    "    sys.exit(main())",
  ];
}

function valuesText(outputs: readonly RecordedOutput[]): readonly string[] {
  if (outputs.every(({ values }) => !values)) return [];
  return [
    "        if name in VALUES:",
    "            scale, recorded = VALUES[name]",
    "            numbers = output.double().flatten()",
    "            places = torch.arange(len(recorded)) * len(numbers) // len(recorded)",
    "            error = (numbers[places] - torch.tensor(recorded).double()).abs().max()",
    "            if error > 1e-4 * scale:",
    '                problems.append(f"{name} differs by {error / scale:.1e} of its scale")',
  ];
}

/** The numbers that are recorded of an output, in the order of the file's own layout. */
export function spread(data: ArrayLike<number>, count = 4): readonly number[] {
  const length = Math.min(count, data.length);
  return Array.from({ length }, (_, i) => data[Math.floor((i * data.length) / length)] as number);
}
