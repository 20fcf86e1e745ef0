// What a caller decides about a tfjs model.
import type { WeightReader } from "../../ir/weights.ts";
import type { Layout } from "./lower.ts";

export interface TfjsOptions {
  readonly layout: Layout;
  /** Undefined (`--no-weights`): the topology alone; tfjs draws the weights by its initialisers. */
  readonly weights: WeightReader | undefined;
  /** More entries, or other values for those that are always there; see `OnnxOptions`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly compilerVersion: string;
}
