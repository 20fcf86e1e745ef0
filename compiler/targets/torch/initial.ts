// How fresh weights are drawn, in PyTorch's words. The most common rule is said once for the whole model, and
// what differs for the largest part of the tree that has it in common.
import type { Initialiser, Weight } from "../../ir/graph.ts";
import { statement } from "./python.ts";

export interface DrawnLayer {
  /** Names from the model to the layer. */
  readonly segments: readonly string[];
  readonly callee: string;
  readonly kernel: Weight;
  readonly bias?: Weight;
}

interface Rule {
  /** `nn.init.xavier_uniform_`, or a function that the file defines. */
  readonly draw: string;
  readonly bias: number;
}

/** PyTorch takes fan in and fan out of a transposed convolution the other way round. */
function fansOf(kind: string, isTransposed: boolean): string {
  const out = (kind === "he_normal_fan_out") !== isTransposed;
  return out ? "_fan_out" : "";
}

const plain: Readonly<Record<string, string>> = {
  glorot_uniform: "nn.init.xavier_uniform_",
  glorot_normal: "nn.init.xavier_normal_",
};

/** The functions that a file may define, by name. */
function definition(name: string, deviation: number): string {
  const mode = name.endsWith("_fan_out") ? 'mode="fan_out", ' : "";
  if (name.startsWith("normal")) return `${name} = partial(nn.init.normal_, std=${deviation})`;
  if (name.startsWith("lecun")) return `${name} = partial(nn.init.kaiming_normal_, ${mode}nonlinearity="linear")`;
  const kind = name.startsWith("he_uniform") ? "uniform" : "normal";
  return `${name} = partial(nn.init.kaiming_${kind}_, ${mode}nonlinearity="relu")`;
}

function drawOf(initialiser: Initialiser, isTransposed: boolean): string {
  const { kind } = initialiser;
  if (kind === "constant") return "nn.init.zeros_";
  if (kind === "normal") return "normal";
  return plain[kind] ?? kind.replace("_fan_out", "") + fansOf(kind, isTransposed);
}

const kinds: Readonly<Record<string, string>> = { SameConv2d: "nn.Conv2d" };

function ruleOf({ callee, kernel, bias }: DrawnLayer): Rule {
  const start = bias?.initialiser;
  return {
    draw: drawOf(kernel.initialiser, callee === "nn.ConvTranspose2d"),
    bias: start?.kind === "constant" ? start.value : 0,
  };
}

export interface InitialText {
  /** Statements of `reset_parameters`. */
  readonly lines: readonly string[];
  readonly definitions: readonly string[];
}

export function initialText(layers: readonly DrawnLayer[]): InitialText {
  const lines: string[] = [];
  const definitions = new Set<string>();
  const types = [...new Set(layers.map(({ callee }) => kinds[callee] ?? callee))];
  for (const type of types) {
    const own = layers.filter(({ callee }) => (kinds[callee] ?? callee) === type);
    const common = mostCommon(own.map(ruleOf));
    for (const { segments, rule } of exceptions(own, 0, common)) {
      const draw = rule.draw.startsWith("nn.") ? rule.draw : rule.draw;
      const bias = rule.bias === 0 ? "" : `, bias=${rule.bias}`;
      lines.push(...statement(`initialise(${rootText(segments)}, ${type}, ${draw}${bias})`, 2));
    }
    for (const layer of own) {
      const { draw } = ruleOf(layer);
      const { initialiser } = layer.kernel;
      const deviation = initialiser.kind === "normal" ? initialiser.deviation : 0;
      if (!draw.startsWith("nn.")) definitions.add(definition(draw, deviation));
    }
  }
  return { lines, definitions: [...definitions] };
}

function rootText(segments: readonly string[]): string {
  if (segments.length === 0) return "self";
  const [only = "", more] = segments;
  return more === undefined && !/^\d/.test(only) ? `self.${only}` : `self.get_submodule("${segments.join(".")}")`;
}

const keyOf = ({ draw, bias }: Rule): string => `${draw} ${bias}`;

function mostCommon(rules: readonly Rule[]): Rule {
  const counts = new Map<string, number>();
  for (const rule of rules) counts.set(keyOf(rule), (counts.get(keyOf(rule)) ?? 0) + 1);
  const [first = { draw: "nn.init.zeros_", bias: 0 }] = rules;
  return rules.reduce(
    (best, rule) => ((counts.get(keyOf(rule)) ?? 0) > (counts.get(keyOf(best)) ?? 0) ? rule : best),
    first,
  );
}

interface Exception {
  readonly segments: readonly string[];
  readonly rule: Rule;
}

/** The rule of the root, then those of subtrees that differ from what is said above them. */
function exceptions(layers: readonly DrawnLayer[], depth: number, common: Rule): readonly Exception[] {
  const root: Exception = { segments: [], rule: common };
  return [root, ...below(layers, depth, common)];
}

function below(layers: readonly DrawnLayer[], depth: number, above: Rule): readonly Exception[] {
  const different = layers.filter((layer) => keyOf(ruleOf(layer)) !== keyOf(above));
  const [first] = different;
  if (!first) return [];
  const rule = ruleOf(first);
  if (layers.every((layer) => keyOf(ruleOf(layer)) === keyOf(rule)) && depth > 0)
    return [{ segments: first.segments.slice(0, shared(layers)), rule }];
  const groups = new Map<string, DrawnLayer[]>();
  for (const layer of layers) {
    const name = layer.segments[depth] ?? "";
    groups.set(name, [...(groups.get(name) ?? []), layer]);
  }
  return [...groups.values()].flatMap((group) => below(group, depth + 1, above));
}

/** How many names all layers have in common. */
function shared(layers: readonly DrawnLayer[]): number {
  const [first] = layers;
  const segments = first?.segments ?? [];
  const end = segments.findIndex((name, i) => layers.some((layer) => layer.segments[i] !== name));
  return end < 0 ? segments.length : end;
}
