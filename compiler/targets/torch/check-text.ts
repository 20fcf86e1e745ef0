// The part of the file that checks itself: recorded numbers, and `python model.py --check`.
import { call, type Expression, literal, method, operation, tuple } from "../../ops/kit/python.ts";
import { fieldNames } from "./names.ts";
import { grouped, statement, stringText } from "./printer.ts";

interface RecordedInput {
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

const numbers = (values: readonly number[]): readonly Expression[] => values.map(literal);

/** Nine digits of each: more than a 32-bit number holds. */
const rounded = (values: readonly number[]): readonly Expression[] =>
  numbers(values.map((value) => Number(value.toPrecision(9)) + 0));

export function recordedText({ parameters, buffers, inputs, outputs }: Recorded): readonly string[] {
  const dict = (name: string, type: string, entries: readonly (readonly [string, Expression])[]): readonly string[] =>
    statement(`${name}: ${type} = `, { kind: "dict", entries }, 0);
  const shapes = (ports: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
    ports.map(({ name, shape }) => [name, tuple(numbers(shape))] as const);
  const values = outputs.flatMap(({ name, values }) =>
    values ? [[name, tuple([...rounded([values.scale]), { kind: "list", items: rounded(values.some) }])] as const] : [],
  );
  return [
    "# Recorded when this file was written; `python model.py --check` compares.",
    `PARAMETERS = ${grouped(parameters)}`,
    `BUFFERS = ${grouped(buffers)}`,
    ...dict("EXAMPLE", "dict[str, tuple[int, ...]]", shapes(inputs)),
    ...dict("SHAPES", "dict[str, tuple[int, ...]]", shapes(outputs)),
    ...dict("VALUES", "dict[str, tuple[float, list[float]]]", values),
  ];
}

/** The outputs by their names in the text. */
function resultsText(outputs: readonly RecordedOutput[]): string {
  const [only, second] = outputs;
  if (only && !second) return `{${stringText(only.name)}: result}.items()`;
  const fields = fieldNames(outputs.map(({ name }) => name));
  const isPlain = [...fields].every(([word, field]) => word === field);
  return isPlain ? "result._asdict().items()" : "zip(SHAPES, result, strict=True)";
}

/** `example`, `check` and `main`. `hasWeights`: the model is compared with its weights loaded. */
export function checkText({ inputs, outputs, staysFinite }: Recorded, hasWeights: boolean): readonly string[] {
  const examples = inputs.map(({ name, dtype }) => {
    const drawn = call("waves", [literal(name)]);
    if (dtype === "f32") return method(drawn, "float");
    return dtype === "i32" ? method(operation("*", literal(10), drawn), "int") : operation(">", drawn, literal(0));
  });
  const results = resultsText(outputs);
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
    ...statement("return ", tuple(examples), 1),
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
    `    for name, output in ${results}:`,
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
    '    print("differs" if problems else f"ok: {PARAMETERS:,} parameters, {SHAPES}")',
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
