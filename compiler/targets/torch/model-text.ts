// The whole file: what it imports, the classes, the model, and its check.
import { type Graph, type Provenance, resultsOfGraph } from "../../ir/graph.ts";
import { call, name as named } from "../../ops/kit/python.ts";
import { checkText, type Recorded, recordedText } from "./check-text.ts";
import { classText, fillFrom, moduleLines, splitDocs } from "./class-text.ts";
import type { Class } from "./classes.ts";
import { entryOf, portDims, shapeText } from "./entry.ts";
import { flowOf } from "./flow.ts";
import { type DrawnLayer, type InitialText, initialText } from "./initial.ts";
import type { ModuleNames } from "./module-names.ts";
import { claimAll, fieldNames, localNames, localSpelling } from "./names.ts";
import { type Helper, helperTexts, loaderText } from "./prelude.ts";
import { statement } from "./printer.ts";
import { docstring, functionHead, wrapped } from "./python.ts";
import type { Layout } from "./steps.ts";

export interface ModelParts {
  readonly graph: Graph;
  readonly classes: readonly Class[];
  readonly names: ModuleNames;
  readonly layout: Layout;
  readonly layers: readonly DrawnLayer[];
  readonly helpers: ReadonlySet<Helper>;
  readonly recorded: Recorded;
  /** A file of weights lies beside this one. */
  readonly hasWeights: boolean;
  readonly compilerVersion: string;
}

const join = (blocks: readonly (readonly string[])[]): readonly string[] =>
  blocks.filter((block) => block.length > 0).flatMap((block, i) => (i === 0 ? block : ["", "", ...block]));

export function modelText(parts: ModelParts): string {
  const { classes, names, recorded, hasWeights } = parts;
  const initial = initialText(parts.layers);
  const body = join([
    ...classes.slice(0, -1).map((made) => classText(made, names, parts.graph.words)),
    ...rootText(parts, initial),
    loaderText.split("\n"),
    checkText(recorded, hasWeights),
  ]);
  const helpers = new Set(parts.helpers);
  if (initial.lines.length > 0) helpers.add("initialise");
  if (body.some((line) => line.includes("sequence("))) helpers.add("sequence");
  if (body.some((line) => line.includes("Named("))) helpers.add("Named");
  const prelude = join([...helperTexts(helpers).map((text) => text.split("\n"))]);
  const code = join([prelude, body]);
  const constants = [
    ...initial.definitions,
    ...(initial.definitions.length > 0 ? [""] : []),
    ...constantLines(recorded),
    ...parts.graph.provenance.filter(({ hasSettings }) => hasSettings).flatMap(settingLines),
  ];
  return [...headText(parts), "", ...importLines([...code, ...constants]), "", ...constants, "", "", ...code, ""].join(
    "\n",
  );
}

function constantLines(recorded: Recorded): readonly string[] {
  return [
    'WEIGHTS = Path(__file__).with_name("weights.safetensors")',
    "DTYPES = {",
    '    "F64": torch.float64,',
    '    "F32": torch.float32,',
    '    "F16": torch.float16,',
    '    "BF16": torch.bfloat16,',
    '    "I64": torch.int64,',
    "}",
    "",
    ...recordedText(recorded),
  ];
}

/** `@image(…)` as the dict IMAGE: what JSON says of strings, numbers and lists, Python says as well. */
function settingLines({ annotation, text }: Provenance): readonly string[] {
  const lines = JSON.stringify(JSON.parse(text), undefined, 4)
    .replace(/\[[^\]]*\]/g, (list) => JSON.stringify(JSON.parse(list)).replaceAll(",", ", "))
    .replace(/\n}$/, ",\n}");
  return ["", `${annotation.toUpperCase()}: dict[str, object] = ${lines}`].join("\n").split("\n");
}

/** Strings and comments, in which a name is no use of it. */
const quoted = /"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*/g;

/** Only what the code uses, in the order that a linter wants. */
function importLines(code: readonly string[]): readonly string[] {
  const text = code.join("\n").replace(quoted, "");
  const uses = (word: string): boolean => new RegExp(`(?<![\\w.])${word}\\b(?!=)`).test(text);
  const plain = ["json", "math", "sys"].filter(uses).map((name) => `import ${name}`);
  const from = [
    ["OrderedDict", "from collections import OrderedDict"],
    ["Callable", "from collections.abc import Callable"],
    ["partial", "from functools import partial"],
    ["Path", "from pathlib import Path"],
  ] as const;
  const typing = ["TYPE_CHECKING", "Any", "NamedTuple"].filter(uses);
  const standard = [
    ...from.filter(([word]) => uses(word)).map(([, line]) => line),
    ...(typing.length > 0 ? [`from typing import ${typing.join(", ")}`] : []),
  ];
  const functional = uses("F") ? ["import torch.nn.functional as F"] : [];
  return [...plain, ...standard, "", "import torch", ...functional, "from torch import Tensor, nn"];
}

function headText({ graph, recorded, hasWeights, compilerVersion }: ModelParts): readonly string[] {
  const [node] = graph.nodes;
  const source = node?.origin.chain[0]?.span ?? node?.origin.span;
  const file = source ? source.source.name.slice(source.source.name.lastIndexOf("/") + 1) : "";
  const rule = graph.rules.text === "" ? "" : `, sizes ${graph.rules.text}`;
  const use = hasWeights
    ? "`load_weights(model)` reads weights.safetensors beside this file; a fresh `Model()` draws its own."
    : "`Model()` draws fresh weights as the text says.";
  return docstring(
    [
      `${graph.name}: ${recorded.parameters.toLocaleString("en-US")} parameters${rule}.`,
      `Written by deepmacc ${compilerVersion} from ${file}. ${use} \`python model.py --check\` compares the model with what was recorded. Names of weights are the paths of the text.`,
    ],
    0,
  );
}

function rootText(parts: ModelParts, initial: InitialText): readonly (readonly string[])[] {
  const { graph, classes, names, layout } = parts;
  const made = classes.at(-1);
  const template = made?.templates[0];
  if (!made || !template) throw new Error("internal: there is no model");
  const locals = localNames();
  const words = graph.inputs.map(({ name }) => name);
  const claimed = claimAll(words, locals, localSpelling);
  const inputs = words.map((word) => claimed.get(word) ?? word);
  const entry = entryOf(graph, inputs, layout);
  const sizes = template.scope.inputs.slice(inputs.length).map((val) => {
    const name = val.size ?? "";
    return { name: locals.claim(localSpelling(name.replace(/'/g, ""))), value: entry.size(name) };
  });
  const outputs = resultsOfGraph(graph);
  const fill = fillFrom(made.fillings);
  const docs = splitDocs(template, graph.docs, names);
  const modules = moduleLines(template, fill, docs.members);
  const result = outputs.length === 1 ? undefined : "Outputs";
  const { lines } = flowOf(template.scope, {
    names,
    init: template.init,
    fill,
    inputs: [...inputs, ...sizes.map(({ name }) => name)],
    taken: [...inputs, ...sizes.map(({ name }) => name)],
    docs: docs.values,
    words: graph.words ?? new Map(),
    ...(result && { result }),
  });
  const given = inputs.map((name) => `${name}: Tensor`);
  return [
    result ? outputsText(graph, layout) : [],
    [
      ...functionHead("def check_sizes", given, "None", 0),
      '    """Refuses sizes that the model does not work for."""',
      ...entry.lines,
    ],
    [
      "class Model(nn.Module):",
      ...docstring([graph.doc ?? "", portsDoc(graph, layout)], 1),
      "",
      "    def __init__(self) -> None:",
      "        super().__init__()",
      ...modules,
      ...(initial.lines.length > 0 ? ["        self.reset_parameters()"] : []),
      "",
      ...resetText(initial),
      ...functionHead("def forward", ["self", ...given], result ?? "Tensor", 1),
      ...statement("", call("check_sizes", inputs.map(named)), 2),
      ...sizes.flatMap(({ name, value }) => statement(`${name} = `, value, 2)),
      ...lines,
    ],
  ];
}

function portsDoc(graph: Graph, layout: Layout): string {
  const port = ({ name, value }: Graph["inputs"][number]): string =>
    `${name} ${shapeText(portDims(value, layout), graph)}`;
  const [inputs, outputs] = [graph.inputs.map(port), resultsOfGraph(graph).map(port)];
  return `${graph.name}: ${inputs.join(", ")} -> ${outputs.join(", ")}`;
}

function resetText({ lines }: InitialText): readonly string[] {
  if (lines.length === 0) return [];
  return [
    "    def reset_parameters(self) -> None:",
    '        """Draws fresh weights as the text says; biases are 0 where nothing is said."""',
    ...lines,
    "",
  ];
}

function outputsText(graph: Graph, layout: Layout): readonly string[] {
  const outputs = resultsOfGraph(graph);
  const names = fieldNames(outputs.map(({ name }) => name));
  const fields = outputs.map(({ name, value }) => {
    const shape = shapeText(portDims(value, layout), graph);
    return [...wrapped(shape, "    # "), `    ${names.get(name)}: Tensor`];
  });
  return ["class Outputs(NamedTuple):", `    """The results of ${graph.name}."""`, "", ...fields.flat()];
}
