// What the variables of an object-based checkpoint are called: the walk over its object graph by child
// names. A variable may be reached in many ways, and the graph may go round in circles.
import type { Problem } from "../checkpoint.ts";
import type { ObjectNode } from "./messages.ts";

export interface Named {
  /** Names without `/.ATTRIBUTES/VARIABLE_VALUE`, by key of the index. */
  readonly names: ReadonlyMap<string, string>;
  /** Keys of what an optimiser keeps. */
  readonly slots: ReadonlySet<string>;
}

/** All names together: a hostile graph may be a chain of a million variables. */
const mostNameLength = 64 * 2 ** 20;

const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";
const withoutSuffix = (key: string): string => (key.endsWith(suffix) ? key.slice(0, -suffix.length) : key);

/** A slash inside a name must not look like a step, so TensorFlow writes `.S`, and a dot as two. */
const escaped = (name: string): string => name.replaceAll(".", "..").replaceAll("/", ".S");

export function nameVariables(nodes: readonly ObjectNode[]): Named | Problem {
  const walk = walkFrom(nodes);
  const names = new Map<string, string>();
  const slots = new Set<string>();
  const slotNodes = new Set(nodes.flatMap((node) => node.slots));
  let left = mostNameLength;
  for (const [index, node] of nodes.entries()) {
    for (const { name, key } of node.attributes) {
      if (name !== "VARIABLE_VALUE") continue;
      const path = withoutSuffix(key);
      const chosen = walk.reaches(path, index) ? path : (walk.shortest(index, left) ?? path);
      left -= chosen.length;
      if (left < 0) return { problem: `the names of its object graph are longer than ${mostNameLength} characters` };
      names.set(key, chosen);
      if (slotNodes.has(index)) slots.add(key);
    }
  }
  return { names, slots };
}

interface Walk {
  /** Whether the names of a path lead from the root to the node. */
  reaches(path: string, node: number): boolean;
  /** The shortest path from the root; undefined where there is none, or none of at most `limit` characters. */
  shortest(node: number, limit: number): string | undefined;
}

function walkFrom(nodes: readonly ObjectNode[]): Walk {
  const children = nodes.map((node) => new Map(node.children.map((child) => [escaped(child.name), child.node])));
  const parents = parentsOf(children);
  return {
    reaches(path, node) {
      let at: number | undefined = 0;
      for (const name of path.split("/")) at = at === undefined ? undefined : children[at]?.get(name);
      return at === node;
    },
    shortest(node, limit) {
      if (!parents.has(node)) return undefined;
      const parts: string[] = [];
      let length = 0;
      for (let step = parents.get(node); step; step = parents.get(step.node)) {
        parts.push(step.name);
        length += step.name.length + 1;
        if (length > limit) return " ".repeat(limit + 1);
      }
      return parts.reverse().join("/");
    },
  };
}

/** From where each node is first reached, nearest to the root first; the root itself has no step. */
function parentsOf(
  children: readonly ReadonlyMap<string, number>[],
): Map<number, { node: number; name: string } | undefined> {
  const parents = new Map<number, { node: number; name: string } | undefined>([[0, undefined]]);
  const queue = [0];
  for (const node of queue) {
    for (const [name, child] of children[node] ?? []) {
      if (parents.has(child)) continue;
      parents.set(child, { node, name });
      queue.push(child);
    }
  }
  return parents;
}
