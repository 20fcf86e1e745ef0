// Reshape without surprises. Its shape is a constant wherever 0 ("as in the input") and one -1 ("the rest") say enough,
// for empty tensors as well: no boxes in a picture is an ordinary day, and "the rest" of nothing is not defined beside
// an axis that is copied. Otherwise the free sizes are read off the graph's inputs and computed, which happens with
// several free sizes, such as [N·K, C, H, W] back to [N, K, H, W, C].

import type { OnnxType } from "../../ops/kit/primitive.ts";
import {
  type Atom,
  type Dim,
  evaluateDim,
  isSymbolic,
  type SymbolicDim,
  sameDim,
  type Term,
  variablesOf,
} from "../../sizes/dim/dim.ts";
import type { Program } from "./program.ts";

type Dims = readonly Dim[];
const one: OnnxType = { dtype: "i64", dims: [1] };

/** One node that gives a tensor other dims over the same numbers. */
export interface Reshaping {
  readonly opType: "Reshape" | "Flatten";
  /** Behind the tensor. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, number>>;
}

/** From a tensor of the type `from` to `dims`. */
export function reshaping(program: Program, from: OnnxType, dims: Dims, doc: string): Reshaping {
  const entries = constantShape(from.dims, dims);
  if (entries && isSureOfNothing(entries))
    return { opType: "Reshape", inputs: [program.constant("i64", [entries.length], entries)], attributes: {} };
  const [first, second, ...more] = dims;
  if (first !== undefined && second !== undefined && more.length === 0 && sameDim(first, from.dims[0] ?? 0))
    return { opType: "Flatten", inputs: [], attributes: { axis: 1 } };
  // A 0 among computed sizes is a length, and not a copy.
  return { opType: "Reshape", inputs: [shapeOf(program, dims, doc)], attributes: { allowzero: 1 } };
}

/** Whether the entries mean the same for an empty tensor: "the rest" stands beside lengths that are not 0. */
export const isSureOfNothing = (entries: readonly number[]): boolean => !entries.includes(-1) || !entries.includes(0);

/** Undefined where two or more axes are neither known nor those of the input. */
export function constantShape(from: Dims, dims: Dims): readonly number[] | undefined {
  const entries = dims.map((d, axis) =>
    isSymbolic(d) ? (axis < from.length && sameDim(d, from[axis] as Dim) ? 0 : -1) : d,
  );
  return entries.filter((entry) => entry === -1).length <= 1 ? entries : undefined;
}

/** The name of an int64 tensor that holds `dims`. */
export function shapeOf(program: Program, dims: Dims, doc: string): string {
  if (dims.every((d) => !isSymbolic(d))) return program.constant("i64", [dims.length], dims.map(Number));
  const key = `shape ${dims.map((d) => (isSymbolic(d) ? d.key : d)).join(", ")}`;
  return program.once(key, () => {
    const sizes = dims.map((d) => (isSymbolic(d) ? computed(program, d, doc) : program.constant("i64", [1], [d])));
    return program.add("Concat", sizes, { axis: 0 }, "shape", doc, { dtype: "i64", dims: [dims.length] });
  });
}

/** A free size as an int64 [1] tensor. */
function computed(program: Program, dim: SymbolicDim, doc: string): string {
  return program.once(`size ${dim.key}`, () => fromInput(program, dim, doc) ?? sumOf(program, dim.terms, doc));
}

function add(program: Program, opType: string, inputs: readonly string[], doc: string): string {
  return program.add(opType, inputs, {}, "size", doc, one);
}

const whole = (program: Program, value: number): string => program.constant("i64", [1], [value]);

/** Reads the size where an input has it as an axis. */
function fromInput(program: Program, dim: SymbolicDim, doc: string): string | undefined {
  for (const input of program.inputs) {
    const axis = program.typeOf(input).dims.findIndex((d) => sameDim(d, dim));
    if (axis >= 0) return program.add("Shape", [input], { start: axis, end: axis + 1 }, "size", doc, one);
  }
  return undefined;
}

function sumOf(program: Program, terms: readonly Term[], doc: string): string {
  const parts = terms.map((term) => productOf(program, term, doc));
  return parts.reduce((a, b) => add(program, "Add", [a, b], doc));
}

function productOf(program: Program, term: Term, doc: string): string {
  const factors = term.factors.flatMap(({ atom, power }) => new Array<string>(power).fill(atomOf(program, atom, doc)));
  const all = term.coefficient === 1 && factors.length > 0 ? factors : [whole(program, term.coefficient), ...factors];
  return all.reduce((a, b) => add(program, "Mul", [a, b], doc));
}

/** Inside a floor all coefficients are positive, so that ONNX's truncating division is the floor. */
function atomOf(program: Program, atom: Atom, doc: string): string {
  if (atom.kind === "variable") return variableOf(program, atom.name, doc);
  return program.once(`size ${atom.key}`, () =>
    add(program, "Div", [sumOf(program, atom.of.terms, doc), whole(program, atom.by)], doc),
  );
}

/** A variable that only occurs as a·v + b in the inputs: s of an axis 32·s. */
function variableOf(program: Program, name: string, doc: string): string {
  return program.once(`size ${name}`, () => {
    for (const input of program.inputs) {
      const dims = program.typeOf(input).dims;
      for (const dim of dims) {
        if (!isSymbolic(dim) || [...variablesOf(dim)].join() !== name) continue;
        const line = lineOf(dim, name);
        const read = line && fromInput(program, dim, doc);
        if (line && read) return solved(program, read, line, doc);
      }
    }
    throw new Error(`internal: no input shows the size ${name}`);
  });
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

function lineOf(dim: SymbolicDim, name: string): Line | undefined {
  if (dim.terms.some((term) => term.factors.some(({ atom, power }) => power !== 1 || atom.kind !== "variable")))
    return undefined;
  const at = (value: number): number => evaluateDim(dim, new Map([[name, value]]));
  return { slope: at(1) - at(0), offset: at(0) };
}

function solved(program: Program, size: string, { slope, offset }: Line, doc: string): string {
  const shifted = offset === 0 ? size : add(program, "Sub", [size, whole(program, offset)], doc);
  return slope === 1 ? shifted : add(program, "Div", [shifted, whole(program, slope)], doc);
}
