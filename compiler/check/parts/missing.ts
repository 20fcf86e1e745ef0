// What a part needs and its inputs do not give, in the names of the text: of all values that are missing on the way to
// an output the last ones, since whoever gives those need give nothing else.
import type { GraphOutput, Node, Value } from "../../ir/graph.ts";
import { tensorsIn } from "../values/data.ts";
import type { Value as Meaning } from "../values/value.ts";

export interface MissingValue {
  /** `h.instance`, or an input of the model. */
  readonly name: string;
  /** The named values that read it. */
  readonly readers: readonly string[];
  /** The inputs of the model that it is computed from; empty for such an input. */
  readonly sources: readonly string[];
}

interface Flow {
  readonly nodes: readonly Node[];
  readonly names: ReadonlyMap<string, Meaning>;
  readonly given: ReadonlySet<Value>;
  readonly outputs: readonly GraphOutput[];
}

export function missingValues(flow: Flow): readonly MissingValue[] {
  const makers = new Map(flow.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const names = namesOf(flow.names);
  const needs = needsOf(flow, makers);
  const found = new Map<Value, Set<string>>();
  const seen = new Set<Value>();
  const open = flow.outputs.map(({ name, value }) => ({ value, reader: name, isOutput: true }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, reader, isOutput } = next;
    const need = needs(value);
    if (need.lost.size === 0) continue;
    const isWhole = !makers.has(value) || (!need.isFed && names.has(value) && !isOutput);
    if (isWhole) found.set(value, (found.get(value) ?? new Set()).add(reader));
    if (isWhole || seen.has(value)) continue;
    seen.add(value);
    const name = names.get(value) ?? reader;
    for (const input of makers.get(value)?.inputs ?? []) open.push({ value: input, reader: name, isOutput: false });
  }
  return [...found].toReversed().map(([value, readers]) => ({
    name: names.get(value) ?? value.path,
    readers: [...readers],
    sources: makers.has(value) ? [...needs(value).lost].map(({ path }) => path) : [],
  }));
}

/** The shortest name of each value: of `rois` and `det.boxes` the first. */
function namesOf(names: Flow["names"]): ReadonlyMap<Value, string> {
  const found = new Map<Value, string>();
  const add = (name: string, meaning: Meaning): void => {
    if (meaning.kind === "record") for (const [label, field] of meaning.fields) add(`${name}.${label}`, field);
    else
      for (const { value } of tensorsIn(meaning)) {
        const before = value && found.get(value);
        if (value && (before === undefined || name.length < before.length)) found.set(value, name);
      }
  };
  for (const [name, meaning] of names) add(name, meaning);
  return found;
}

/** What flows into a value: whether something that is given does, and which inputs of the model that are not. */
interface Need {
  readonly isFed: boolean;
  readonly lost: ReadonlySet<Value>;
}

function needsOf({ nodes, given }: Flow, makers: ReadonlyMap<Value, Node>): (value: Value) => Need {
  const known = new Map<Value, Need>();
  const needs = (value: Value): Need => {
    if (given.has(value)) return { isFed: true, lost: new Set() };
    return known.get(value) ?? { isFed: false, lost: makers.has(value) ? new Set() : new Set([value]) };
  };
  for (const { inputs, outputs } of nodes) {
    const parts = inputs.map(needs);
    const [only = { isFed: false, lost: new Set<Value>() }, ...others] = parts;
    const isSame = others.every(({ isFed, lost }) => isFed === only.isFed && lost === only.lost);
    const need = isSame
      ? only
      : { isFed: parts.some(({ isFed }) => isFed), lost: new Set(parts.flatMap(({ lost }) => [...lost])) };
    for (const output of outputs) known.set(output, need);
  }
  return needs;
}
