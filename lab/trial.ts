// One trial of a model: the sizes, the inputs, and what the text means for them, computed by the
// operators' own references in float64.
import {
  type Budget,
  countMacs,
  elaborate,
  evaluate,
  type Graph,
  type ModelRequest,
  type NDArray,
  type Program,
  type Session,
  trialFeeds,
  trialSizes,
  type WeightReader,
  type Work,
  workOf,
} from "../compiler/index.ts";
import type { Diagnostic } from "../grammar/index.ts";
import type { Arrays } from "./layout.ts";
import { type Spread, type Spreads, spreadsOf } from "./rounding.ts";

export interface Trial {
  /** Free sizes and what they are in this trial. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What one run takes: known before anything is drawn or computed. */
  readonly work: Work;
  /** Multiply-adds for one sample. */
  readonly macs: number;
  /** The inputs. Drawn when first asked. */
  feeds(): Arrays;
  /** The outputs. Computed when first asked, like `values`. */
  reference(): Arrays;
  /** What every node of the graph should answer, by the path of the value. */
  values(): Arrays;
  /** How far every value moves where numbers are off by this part of themselves. */
  spreads(amount: number): Spreads;
  /** The same for an output. */
  spreadOf(output: string, amount: number): Spread | undefined;
}

export interface TrialRequest {
  readonly program: Program;
  readonly request: ModelRequest;
  readonly session: Session;
  /** The graph that targets get, with its free sizes. */
  readonly graph: Graph;
  readonly weights: WeightReader;
  readonly seed: number;
  /** Pays for what the references compute; without one, whoever asked waits. Throws `OutOfBudget`. */
  readonly budget?: Budget;
}

/** Nobody waits any longer for what the references compute. */
export class OutOfBudget extends Error {}

export function tryOut(asked: TrialRequest): Trial | { readonly diagnostics: readonly Diagnostic[] } {
  const { program, request, session, weights, seed, budget } = asked;
  const sizes = trialSizes(asked.graph);
  const { graph, diagnostics } = elaborate(program, { ...request, at: { ...sizes, ...request.at } }, "infer", {
    session,
  });
  if (!graph) return { diagnostics };
  const feeds = once(() => trialFeeds(graph, seed));
  const pay = (): void => {
    const place = graph.declared;
    if (budget && place && !budget.spend(1, place)) throw new OutOfBudget();
  };
  const values = once(() => {
    const made = new Map<string, NDArray>();
    evaluate(graph, feeds(), weights, {
      watch: (value, array) => {
        pay();
        made.set(value.path, array);
      },
    });
    return made;
  });
  const known = new Map<number, Spreads>();
  const spreads = (amount: number): Spreads => {
    const found = known.get(amount) ?? spreadsOf({ graph, feeds: feeds(), weights }, values(), amount);
    known.set(amount, found);
    return found;
  };
  return {
    sizes,
    work: workOf(graph),
    macs: Number(countMacs(graph, graph.nodes)),
    feeds,
    reference: once(() => evaluate(graph, feeds(), weights, { watch: pay })),
    values,
    spreads,
    spreadOf: (output, amount) => {
      const value = graph.outputs.find(({ name }) => name === output)?.value;
      return value && spreads(amount).get(value.path);
    },
  };
}

function once(compute: () => Arrays): () => Arrays {
  let answer: Arrays | undefined;
  return () => {
    answer ??= compute();
    return answer;
  };
}
