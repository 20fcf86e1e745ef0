// What is remembered while programs are looked at. It belongs to the caller.

import type { Declaration, Diagnostic, Expression, Span } from "../../../grammar/index.ts";
import type { Budget } from "../../budget/budget.ts";
import type { Graph, Node } from "../../ir/graph.ts";
import type { TextMemo } from "../text/memo.ts";
import type { Keys } from "../values/keys.ts";
import type { DeclaredBlock, Value } from "../values/value.ts";
import type { SizeFacts } from "./facts.ts";

/** The named values of a model's body, and its graph. */
export interface Built {
  readonly graph: Graph;
  /** The named values of the model's body. */
  readonly names: ReadonlyMap<string, Value>;
  /** All that the body makes, also what no output needs. */
  readonly nodes: readonly Node[];
}

/** One phase of one model: checked, and built when somebody asks. */
export interface Elaborated {
  readonly diagnostics: readonly Diagnostic[];
  readonly failed: boolean;
  /** The graph; undefined when there were errors, or after a report of what only building brought to light. Built once. */
  build(report: (diagnostic: Diagnostic) => void): Built | undefined;
  readonly skips: readonly string[];
  /** What was found out about the free sizes. */
  readonly sizes: SizeFacts;
  /** The train graph and the infer graph may differ. */
  readonly phased: boolean;
  /** An operator of it has weights. */
  readonly weighted: boolean;
}

/** The train graph, and everything that is wrong in either phase. */
export interface BothPhases {
  readonly train: Elaborated;
  readonly infer: Elaborated;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a constant is, and what its evaluation brought to light: whoever reads it again hears it again. */
export interface Evaluated {
  readonly value: Value;
  /** By what makes two of them one. */
  readonly diagnostics: ReadonlyMap<string, Diagnostic>;
  readonly phased: boolean;
  /** Uses of blocks that were open around it. */
  readonly frames: number;
}

/** What one use of a block gave, for the next one that is equal. */
export interface Expanded extends Evaluated {
  /** Nodes, repeats multiplied. */
  readonly count: bigint;
  readonly weighted: boolean;
  readonly skips: readonly string[];
  /** Levels of uses inside. */
  readonly depth: number;
  /** Something inside was nested too deep. */
  readonly isTooDeep: boolean;
}

/** A constant that is being evaluated, and the place that asked for it. */
export interface OpenConstant {
  readonly declaration: Extract<Declaration, { kind: "const" | "table" }>;
  readonly key: string;
  readonly span: Span;
}

/** How much a list, a tuple or a record holds, nested parts included. */
export interface Extent {
  /** Values in all, each counted as often as it is reached. */
  readonly count: number;
  readonly levels: number;
}

/**
 * What is remembered while programs are looked at, and what that may cost. It belongs to the caller, so nothing outlives
 * the question, and questions of one command share what they found out.
 */
export interface Session {
  readonly budget: Budget;
  /** Each model is elaborated once per phase and set of edits. */
  readonly elaborated: Map<string, Elaborated>;
  /** Constants and tables, by what they may depend on: phase and mode. */
  readonly constants: Map<Declaration, Map<string, Evaluated>>;
  /** Constants that are being evaluated, outermost first. */
  readonly open: OpenConstant[];
  /** Blocks that are nested too deep, and what was said about it: one message for all that lie in each other. */
  readonly tooDeep: Map<Declaration, Diagnostic>;
  /** Uses of blocks that depend on nothing around them. */
  readonly expansions: Map<string, Expanded>;
  readonly text: TextMemo;
  readonly keys: Keys;
  /** What was measured when it was made. */
  readonly extents: WeakMap<Value, Extent>;
  /** Hears what each expression means, each time that it is evaluated, and hands it on: an editor shows the shape at the cursor. */
  readonly watch?: (expression: Expression, value: Value) => Value;
  /** Elaborates a model in both phases. The evaluator asks for it where a text measures a model. */
  readonly elaborate: (model: DeclaredBlock, session: Session) => BothPhases;
}
