// What the passes over a body do differently, as decisions that the evaluator reads.

export interface Mode {
  readonly name: "sizes" | "build" | "generic";
  /** Makes nodes and weights. The text was looked at before: doubts are told and steps counted there. */
  readonly builds: boolean;
  /** Equal uses of a block are expanded once, and their nodes counted instead of made. */
  readonly remembersUses: boolean;
  /** Parameters and inputs are open: only what cannot depend on them is reported. */
  readonly isOpen: boolean;
}

/** Finds size rules and node counts. */
export const findingSizes: Mode = { name: "sizes", builds: false, remembersUses: true, isOpen: false };
/** Makes the graph, with the sizes that were found. */
export const building: Mode = { name: "build", builds: true, remembersUses: false, isOpen: false };
/** Checks a definition that nobody has given parameters to. */
export const checkingOpen: Mode = { name: "generic", builds: false, remembersUses: false, isOpen: true };
