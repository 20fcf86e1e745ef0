// Decides, before anything is written, in which axis order each operator without a preference works.
// Such operators and the values between them form regions: within one region nothing is converted, so the
// whole region takes the order that needs fewer conversions at its edge, and channels-first where both need
// as many.
import { type Graph, type Node, resultsOfGraph, type Value } from "../../ir/graph.ts";
import type { OnnxLowering } from "../../ops/kit/primitive.ts";
import { isSymbolic } from "../../sizes/dim/dim.ts";
import { type Form, outputForm } from "../channels-first.ts";
import { isConverted } from "./layout.ts";

type Order = "first" | "logical";
type LoweringOf = (node: Node) => OnnxLowering;

export interface Plan {
  formOf(node: Node): Order;
}

export function planFor(graph: Graph, loweringOf: LoweringOf, interfaceForm: (value: Value) => Form): Plan {
  const isFree = (node: Node): boolean => loweringOf(node).layout === "any" && hasBothOrders(node);
  const regions = regionsOf(graph.nodes.filter(isFree));
  for (const [value, needs] of fixedNeeds(graph, isFree, loweringOf, interfaceForm)) {
    const region = regions.get(value)?.root();
    // A value counts once in each order: both of its forms are kept.
    if (region && isConverted(value.type.dims)) for (const order of needs) region.needs[order]++;
  }
  for (const node of graph.nodes) noteMaps(node, isFree(node), loweringOf(node), regions);
  return {
    formOf: (node) => {
      const [input] = node.inputs;
      const region = input && isFree(node) ? regions.get(input)?.root() : undefined;
      if (!region) return orderOf(loweringOf(node));
      if (region.mayBeEmpty && !region.holdsMaps) return "logical";
      return region.needs.logical > region.needs.first ? "logical" : "first";
    },
  };
}

/**
 * What a convolution or a pool has made or reads has pixels. Where none does, axes of free sizes may be a list of
 * boxes, which is empty on an ordinary day.
 */
function noteMaps(node: Node, isFree: boolean, lowering: OnnxLowering, regions: ReadonlyMap<Value, Region>): void {
  for (const value of [...node.inputs, ...node.outputs]) {
    const region = regions.get(value)?.root();
    if (!region) continue;
    if (!isFree && orderOf(lowering) === "first") region.holdsMaps = true;
    if (isFree && lowering.needsPixels && value.type.dims.slice(-3, -1).some(isSymbolic)) region.mayBeEmpty = true;
  }
}

/** The order of inputs where an operator has no choice. */
const orderOf = ({ layout }: OnnxLowering): Order => (layout === "channels-first" ? "first" : "logical");

/** Both orders exist, and mean the same, where all tensors have the axes [.., H, W, C]. */
function hasBothOrders(node: Node): boolean {
  const rank = node.inputs[0]?.type.dims.length ?? 0;
  return rank >= 4 && [...node.inputs, ...node.outputs].every((value) => value.type.dims.length === rank);
}

/** The orders in which operators with a fixed order, and the interface, make and read each value. */
function fixedNeeds(
  graph: Graph,
  isFree: (node: Node) => boolean,
  loweringOf: LoweringOf,
  interfaceForm: (value: Value) => Form,
): ReadonlyMap<Value, ReadonlySet<Order>> {
  const needs = new Map<Value, Set<Order>>();
  const need = (value: Value, form: Form): void => {
    const known = needs.get(value) ?? new Set<Order>();
    needs.set(value, known.add(form === "logical" ? "logical" : "first"));
  };
  for (const { value } of [...graph.inputs, ...resultsOfGraph(graph)]) need(value, interfaceForm(value));
  for (const node of graph.nodes) {
    if (isFree(node)) continue;
    const lowering = loweringOf(node);
    const order = orderOf(lowering);
    for (const input of node.inputs) need(input, order);
    node.outputs.forEach((output, index) => {
      need(output, outputForm(node, index, order, lowering.makes));
    });
  }
  return needs;
}

/** A set of values in a forest of sets (union-find); what is counted stands at its root. */
class Region {
  readonly needs: Record<Order, number> = { first: 0, logical: 0 };
  holdsMaps = false;
  mayBeEmpty = false;
  #parent: Region = this;

  root(): Region {
    while (this.#parent !== this.#parent.#parent) this.#parent = this.#parent.#parent;
    return this.#parent;
  }

  join(other: Region): void {
    other.root().#parent = this.root();
  }
}

function regionsOf(nodes: readonly Node[]): ReadonlyMap<Value, Region> {
  const regions = new Map<Value, Region>();
  for (const node of nodes) {
    const joined = regions.get(node.inputs[0] as Value) ?? new Region();
    for (const value of [...node.inputs, ...node.outputs]) {
      const known = regions.get(value);
      if (known) joined.join(known);
      else regions.set(value, joined);
    }
  }
  return regions;
}
