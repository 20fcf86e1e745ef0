// The sizes of a part are read off its inputs. A map of ⌈H/4⌉ rows does not tell H; but where the part computes with
// nothing else of H, one of the heights that fit stands for all of them: H = 4·h, and the map has h rows.

import { rebuilt } from "../../ir/cut.ts";
import type { Graph, ParamValue, ParamValues, TensorType } from "../../ir/graph.ts";
import {
  addDims,
  type Dim,
  isSymbolic,
  multiplyDims,
  type Origin,
  substituteDim,
  variable,
  variablesOf,
} from "../../sizes/dim/dim.ts";
import { everySize, type SizeSet } from "../../sizes/set/set.ts";
import { representative } from "./representative.ts";

/** Every size that the graph computes with can be read off an input; a name is one that cannot. */
export function withToldSizes(graph: Graph, known: ReadonlyMap<string, SizeSet>): Graph | { readonly untold: string } {
  const dims = dimsOf(graph);
  const untold = untoldIn(graph, dims);
  const values = new Map<string, Dim>();
  const origins = new Map(graph.rules.origins);
  for (const name of untold) {
    const chosen = representative(name, { dims, shown: shownIn(graph), sizes: known.get(name) ?? everySize });
    if (!chosen) return { untold: graph.rules.origins.get(name)?.name ?? name };
    const step = `${name}'`;
    values.set(name, addDims(multiplyDims(chosen.modulus, variable(step)), chosen.residue));
    origins.set(step, composed(graph.rules.origins.get(name), { name, ...chosen }));
  }
  if (untold.length === 0) return graph;
  const told = substituted(graph, values, origins);
  const [left] = untoldIn(told, dimsOf(told));
  return left === undefined ? told : { untold: origins.get(left)?.name ?? left };
}

/** H = 4·H' and H' = 32·H'' is H = 128·H''. */
const composed = (outer: Origin | undefined, { name, modulus, residue }: Origin): Origin =>
  outer
    ? { name: outer.name, modulus: outer.modulus * modulus, residue: outer.modulus * residue + outer.residue }
    : { name, modulus, residue };

const shownIn = ({ inputs }: Graph): readonly Dim[] => inputs.flatMap(({ value }) => value.type.dims);

function dimsOf({ inputs, nodes }: Graph): readonly Dim[] {
  const types = [...inputs.map(({ value }) => value), ...nodes.flatMap(({ outputs }) => outputs)];
  const params = nodes.flatMap((node) => Object.values(node.params).flatMap(dimsIn));
  const dims = [...types.flatMap(({ type }) => type.dims), ...params].filter(isSymbolic);
  return [...new Map(dims.map((dim) => [dim.key, dim])).values()];
}

function dimsIn(value: ParamValue): readonly Dim[] {
  if (typeof value === "string" || typeof value === "boolean") return [];
  return isList(value) ? value : [value];
}
const isList = (value: ParamValue): value is readonly Dim[] => Array.isArray(value);

/** The variables that no input shows as a·v + b, directly or beside variables that others show. */
function untoldIn(graph: Graph, dims: readonly Dim[]): readonly string[] {
  const shown = shownIn(graph);
  const told = new Set<string>();
  for (let before = -1; before < told.size; ) {
    before = told.size;
    for (const dim of shown) {
      const [name, second] = [...variablesOf(dim)].filter((each) => !told.has(each));
      if (name !== undefined && second === undefined && isLinear(dim, name)) told.add(name);
    }
  }
  return [...new Set(dims.flatMap((dim) => [...variablesOf(dim)]))].filter((name) => !told.has(name));
}

function isLinear(dim: Dim, name: string): boolean {
  const terms = isSymbolic(dim) ? dim.terms : [];
  return terms.every(({ factors }) => {
    const holding = factors.filter(
      ({ atom }) => atom.key === name || (atom.kind === "floor" && mentions(atom.of, name)),
    );
    return (
      holding.length === 0 || (factors.length === 1 && holding[0]?.power === 1 && holding[0].atom.kind === "variable")
    );
  });
}
const mentions = (dim: Dim, name: string): boolean => variablesOf(dim).has(name);

/** The graph with sizes in place of some variables. */
export function substituted(
  graph: Graph,
  values: ReadonlyMap<string, Dim>,
  origins: ReadonlyMap<string, Origin> = graph.rules.origins,
): Graph {
  const dimOf = (dim: Dim): Dim => substituteDim(dim, values);
  const typeOf = ({ dtype, dims }: TensorType): TensorType => ({ dtype, dims: dims.map(dimOf) });
  const inputs = graph.inputs.map(({ name, value }) => ({ name, value: { ...value, type: typeOf(value.type) } }));
  const replaced = new Map(graph.inputs.map(({ value }, i) => [value, inputs[i]?.value ?? value]));
  const rules = { ...graph.rules, origins };
  return rebuilt({ ...graph, inputs, rules }, replaced, ({ params, outputs }) => ({
    params: paramsAt(params, dimOf),
    types: outputs.map(({ type }) => typeOf(type)),
  }));
}

function paramsAt(params: ParamValues, dimOf: (dim: Dim) => Dim): ParamValues {
  const at = (value: ParamValue): ParamValue => {
    if (typeof value === "string" || typeof value === "boolean") return value;
    return isList(value) ? value.map(dimOf) : dimOf(value);
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, at(value)]));
}
