// How fresh weights are drawn, in PyTorch's words. The most common rule is said once for the whole model, and
// what differs for the largest part of the tree that has it in common.
import type { Initialiser, Weight } from "../../ir/graph.ts";
import { call, type Expression, literal, member, method, name as named } from "../../ops/kit/python.ts";
import { statement } from "./printer.ts";

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
function definition(name: string, deviation: number): Expression {
  if (name.startsWith("normal")) return partial("normal", { std: literal(deviation) });
  const mode = name.endsWith("_fan_out") ? { mode: literal("fan_out") } : {};
  if (name.startsWith("lecun")) return partial("kaiming_normal", { ...mode, nonlinearity: literal("linear") });
  const kind = name.startsWith("he_uniform") ? "uniform" : "normal";
  return partial(`kaiming_${kind}`, { ...mode, nonlinearity: literal("relu") });
}

const partial = (draw: string, keywords: Readonly<Record<string, Expression>>): Expression =>
  call("partial", [named(`nn.init.${draw}_`)], keywords);

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
  /** Statements of the file. */
  readonly definitions: readonly string[];
}

export function initialText(layers: readonly DrawnLayer[]): InitialText {
  const lines: string[] = [];
  const definitions = new Map<string, Expression>();
  const types = [...new Set(layers.map(({ callee }) => kinds[callee] ?? callee))];
  for (const type of types) {
    const own = layers.filter(({ callee }) => (kinds[callee] ?? callee) === type);
    const common = mostCommon(own.map(ruleOf));
    for (const { segments, rule } of exceptions(own, 0, common)) {
      const bias = rule.bias === 0 ? {} : { bias: literal(rule.bias) };
      lines.push(...statement("", call("initialise", [root(segments), named(type), named(rule.draw)], bias), 2));
    }
    for (const layer of own) {
      const { draw } = ruleOf(layer);
      const { initialiser } = layer.kernel;
      const deviation = initialiser.kind === "normal" ? initialiser.deviation : 0;
      if (!draw.startsWith("nn.")) definitions.set(draw, definition(draw, deviation));
    }
  }
  return { lines, definitions: [...definitions].flatMap(([name, value]) => statement(`${name} = `, value, 0)) };
}

function root(segments: readonly string[]): Expression {
  const self = named("self");
  const [only, more] = segments;
  if (only === undefined) return self;
  if (more === undefined && !/^\d/.test(only)) return member(self, only);
  return method(self, "get_submodule", [literal(segments.join("."))]);
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
    const group = groups.get(name);
    if (group) group.push(layer);
    else groups.set(name, [layer]);
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
