// Float program -> program in half precision. Kernels, features and what lies between them become f16; batch
// norms, softmaxes, boxes and sizes stay f32, because a statistic or a coordinate needs the digits.

import type { OnnxType } from "../../ops/kit/primitive.ts";
import { keepsSingle } from "../../ops/of-node.ts";
import { type OnnxNode, type Program, resultsOf } from "./program.ts";

type Precision = "f32" | "f16";

/** TensorProto.DataType */
const codes = { f32: 1, f16: 10 } as const;
const suffixes = { f32: "single", f16: "half" } as const;
/** Inputs that the standard types as float whatever the others are. */
const alwaysSingle: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };

interface Halving {
  readonly program: Program;
  /** The other precision of a tensor, once something has asked for it. */
  readonly converted: Map<string, string>;
  readonly ports: Ports;
}

/** What the floats of inputs and outputs are, by name. */
type Ports = ReadonlyMap<string, Precision>;

/** Changes the program in place. Every Cast is in the file once for each tensor that needs it. */
export function halveProgram(program: Program, ports: Ports): void {
  storeHalves(program);
  for (const name of program.inputs) setPrecision(program, name, ports.get(name) ?? "f32");
  const halving: Halving = { program, converted: new Map(), ports };
  const nodes = program.nodes;
  program.nodes = [];
  for (const node of nodes) write(node, halving);
}

const precisionOf = (type: OnnxType): Precision | undefined =>
  type.dtype === "f32" || type.dtype === "f16" ? type.dtype : undefined;

function setPrecision(program: Program, name: string, dtype: Precision): void {
  const type = program.typeOf(name);
  if (precisionOf(type)) program.types.set(name, { ...type, dtype });
}

const isSingle = ({ from }: OnnxNode): boolean => from !== undefined && keepsSingle(from);

/** The precision that a node wants one of its floating-point inputs in. */
function wanted(node: OnnxNode, input: number): Precision {
  return isSingle(node) || alwaysSingle[node.opType]?.includes(input) ? "f32" : "f16";
}

/** What only halves read is stored as halves: that is the point of the file. */
function storeHalves(program: Program): void {
  const single = new Set<string>();
  for (const node of program.nodes)
    node.inputs.forEach((name, input) => {
      if (wanted(node, input) === "f32") single.add(name);
    });
  program.initialisers.forEach((initialiser, at) => {
    if (initialiser.dtype !== "f32" || single.has(initialiser.name)) return;
    if (initialiser.kind === "computed") throw new Error("internal: half precision of a computed tensor");
    program.initialisers[at] = { ...initialiser, dtype: "f16" };
    setPrecision(program, initialiser.name, "f16");
  });
}

function write(node: OnnxNode, halving: Halving): void {
  const { program, ports } = halving;
  const made: Precision = isSingle(node) ? "f32" : "f16";
  const inputs = node.inputs.map((name, input) =>
    name === "" ? "" : inPrecision(name, wanted(node, input), node, halving),
  );
  const isFloat = precisionOf(program.typeOf(node.output)) !== undefined;
  const attributes = node.opType === "Cast" && isFloat ? { ...node.attributes, to: codes[made] } : node.attributes;
  for (const name of resultsOf(node)) setPrecision(program, name, made);
  // The user's name goes to what is cast back.
  const inner = new Map(
    resultsOf(node)
      .filter((name) => !isOf(ports.get(name), program.typeOf(name)))
      .map((name) => [name, program.tensorName(`${name}/${suffixes[made]}`)] as const),
  );
  const own = (name: string): string => inner.get(name) ?? name;
  program.nodes.push({ ...node, inputs, attributes, output: own(node.output), others: node.others.map(own) });
  for (const [name, from] of inner) giveBack(name, from, node.doc, halving);
}

const isOf = (promised: Precision | undefined, type: OnnxType): boolean =>
  promised === undefined || (precisionOf(type) ?? promised) === promised;

/** An output of the model in the precision that its user is promised. */
function giveBack(name: string, from: string, doc: string, { program, converted, ports }: Halving): void {
  const promised = ports.get(name) ?? "f32";
  const type = program.typeOf(name);
  program.types.set(from, type);
  const back = program.add("Cast", [from], { to: codes[promised] }, name, doc, { ...type, dtype: promised });
  program.rename(new Map([[back, name]]));
  converted.set(name, from);
}

/** The tensor in one precision: itself, or through a Cast. What is no floating-point number stays. */
function inPrecision(name: string, precision: Precision, { doc }: OnnxNode, { program, converted }: Halving): string {
  const type = program.typeOf(name);
  const own = precisionOf(type);
  if (own === undefined || own === precision) return name;
  const known = converted.get(name);
  if (known !== undefined) return known;
  const cast = program.add("Cast", [name], { to: codes[precision] }, `${name}/${suffixes[precision]}`, doc, {
    ...type,
    dtype: precision,
  });
  converted.set(name, cast);
  return cast;
}
