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
      const best = walk.rankOf(index);
      const isGood = (walk.rankAlong(path, index) ?? ranks.state + 1) <= (best ?? ranks.state);
      const chosen = isGood ? path : (walk.shortest(index, left) ?? path);
      left -= chosen.length;
      if (left < 0) return { problem: `the names of its object graph are longer than ${mostNameLength} characters` };
      names.set(key, chosen);
      if (slotNodes.has(index) || best === ranks.state) slots.add(key);
    }
  }
  return { names, slots };
}

/** How well a step names what it leads to: a variable of the model has one name that counts, and others by the way. */
const ranks = { own: 0, list: 1, state: 2 } as const;
type Rank = (typeof ranks)[keyof typeof ranks];

/** Lists in which Keras keeps what has a name elsewhere; an optimiser has one of the weights that it trains. */
const lists: ReadonlySet<string> = new Set([
  "_trainable_variables",
  "_non_trainable_variables",
  "_variables",
  "trainable_variables",
  "non_trainable_variables",
  "variables",
  "_trainable_weights",
  "_non_trainable_weights",
  "keras_api",
]);
const trainedLists: ReadonlySet<string> = new Set(["_trainable_variables", "trainable_variables"]);

/** What tells an optimiser, whatever the program calls it: two of these, or slots beside variables. */
const optimiserParts: readonly string[] = [
  "iter",
  "iterations",
  "_iterations",
  "learning_rate",
  "_learning_rate",
  "beta_1",
  "decay",
  "momentum",
  "_momentums",
  "_velocities",
];

const isOptimiser = ({ slots, children }: ObjectNode): boolean =>
  slots.length > 0 || children.filter(({ name }) => optimiserParts.includes(name)).length > 1;

interface Step {
  readonly node: number;
  readonly rank: Rank;
}

interface Walk {
  /** The worst step of a path that leads from the root to the node; undefined where it does not lead there. */
  rankAlong(path: string, node: number): number | undefined;
  /** The worst step of the best path; undefined where nothing leads there. */
  rankOf(node: number): Rank | undefined;
  /** The best path from the root, by rank and then by length; undefined where there is none, or none of at most `limit` characters. */
  shortest(node: number, limit: number): string | undefined;
}

function walkFrom(nodes: readonly ObjectNode[]): Walk {
  const children = nodes.map((node) => stepsFrom(node));
  const parents = parentsOf(children);
  return {
    rankAlong(path, node) {
      let at: number | undefined = 0;
      let worst = 0;
      for (const name of path.split("/")) {
        const step: Step | undefined = at === undefined ? undefined : children[at]?.get(name);
        at = step?.node;
        worst = Math.max(worst, step?.rank ?? 0);
      }
      return at === node ? worst : undefined;
    },
    rankOf: (node) => parents.get(node)?.rank,
    shortest(node, limit) {
      if (!parents.has(node)) return undefined;
      const parts: string[] = [];
      let length = 0;
      for (let step = parents.get(node)?.from; step; step = parents.get(step.node)?.from) {
        parts.push(step.name);
        length += step.name.length + 1;
        if (length > limit) return " ".repeat(limit + 1);
      }
      return parts.reverse().join("/");
    },
  };
}

function stepsFrom(node: ObjectNode): ReadonlyMap<string, Step> {
  const inOptimiser = isOptimiser(node);
  const rankOf = (name: string): Rank => {
    if (name === "save_counter" || (inOptimiser && !trainedLists.has(name))) return ranks.state;
    return lists.has(name) ? ranks.list : ranks.own;
  };
  return new Map(node.children.map((child) => [escaped(child.name), { node: child.node, rank: rankOf(child.name) }]));
}

interface Reached {
  readonly rank: Rank;
  /** The last step to it; the root has none. */
  readonly from?: { readonly node: number; readonly name: string };
}

/** How each node is best reached: by ways of good steps first, nearest to the root among those of one rank. */
function parentsOf(children: readonly ReadonlyMap<string, Step>[]): Map<number, Reached> {
  const parents = new Map<number, Reached>();
  let queue: { readonly node: number; readonly reached: Reached }[] = [{ node: 0, reached: { rank: ranks.own } }];
  for (const rank of [ranks.own, ranks.list, ranks.state]) {
    const later: typeof queue = [];
    for (const { node, reached } of queue) {
      if (parents.has(node)) continue;
      if (reached.rank > rank) {
        later.push({ node, reached });
        continue;
      }
      parents.set(node, { ...reached, rank });
      for (const [name, step] of children[node] ?? [])
        if (!parents.has(step.node))
          queue.push({ node: step.node, reached: { rank: step.rank, from: { node, name } } });
    }
    queue = later;
  }
  return parents;
}
