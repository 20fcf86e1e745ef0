// Program -> the messages of onnx.proto. Field numbers are those of the format; contents of weights are
// produced while the file is written.

import { halfBytes } from "../../../checkpoints/index.ts";
import { borrowed, type WeightReader } from "../../ir/weights.ts";
import type { OnnxAttribute, OnnxType } from "../../ops/kit/primitive.ts";
import { formatDim, type Origin } from "../../sizes/dim/dim.ts";
import type { External } from "./external.ts";
import { type Initialiser, type OnnxNode, type Program, resultsOf } from "./program.ts";
import { type Late, type Message, Writer } from "./wire.ts";

type Origins = ReadonlyMap<string, Origin>;

const elementTypes = { f32: 1, u8: 2, i8: 3, i32: 6, i64: 7, bool: 9, f16: 10 } as const;
const attributeTypes = { float: 1, int: 2, text: 3, floats: 6, ints: 7 } as const;

export interface ModelText {
  readonly ir: number;
  readonly opset: number;
  readonly producerVersion: string;
  readonly doc: string;
  readonly graphName: string;
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

export interface ModelParts {
  readonly program: Program;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly origins: Origins;
  /** Undefined: weights become inputs of the graph. */
  readonly weights: WeightReader | undefined;
  readonly external: External | undefined;
  /** See `OnnxOptions`. */
  readonly isStreamed: boolean;
}

export function modelMessage(text: ModelText, parts: ModelParts): Message {
  const model = new Writer();
  model.int(1, text.ir);
  model.text(2, "deepmacc");
  model.text(3, text.producerVersion);
  model.text(4, "deepmacc");
  model.int(5, 1);
  model.text(6, text.doc);
  model.message(7, graphMessage(text.graphName, parts));
  const opset = new Writer();
  opset.text(1, "");
  opset.int(2, text.opset);
  model.message(8, opset.done());
  for (const [key, value] of text.metadata) model.message(14, entryMessage(key, value));
  return model.done();
}

function entryMessage(key: string, value: string): Message {
  const entry = new Writer();
  entry.text(1, key);
  entry.text(2, value);
  return entry.done();
}

function graphMessage(name: string, parts: ModelParts): Message {
  const { program, origins, inputs, outputs } = parts;
  const isStored = (i: Initialiser): boolean => i.kind !== "weight" || parts.weights !== undefined;
  const stored = program.initialisers.filter(isStored);
  const asInputs = program.initialisers.filter((i) => !isStored(i)).map((i) => i.name);
  const graph = new Writer();
  for (const node of program.nodes) graph.message(1, nodeMessage(node));
  graph.text(2, name);
  for (const initialiser of stored) graph.message(5, tensorMessage(initialiser, parts));
  const shapes = new Map<string, Message>();
  const describe = (tensor: string): Message => valueMessage(tensor, program.typeOf(tensor), origins, shapes);
  for (const input of [...inputs, ...asInputs]) graph.message(11, describe(input));
  for (const output of outputs) graph.message(12, describe(output));
  const results = new Set(outputs);
  for (const name of program.nodes.flatMap(resultsOf)) if (!results.has(name)) graph.message(13, describe(name));
  return graph.done();
}

function nodeMessage(node: OnnxNode): Message {
  const message = new Writer();
  for (const input of node.inputs) message.text(1, input);
  for (const name of resultsOf(node)) message.text(2, name);
  message.text(3, node.name);
  message.text(4, node.opType);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, attributeMessage(name, value));
  if (node.doc !== "") message.text(6, node.doc);
  return message.done();
}

function attributeMessage(name: string, value: OnnxAttribute): Message {
  const message = new Writer();
  message.text(1, name);
  if (typeof value === "number") message.int(3, value);
  else if (typeof value === "string") message.bytes(4, new TextEncoder().encode(value));
  else if (isInts(value)) for (const int of value) message.int(8, int);
  else if ("float" in value) message.float(2, value.float);
  else for (const float of value.floats) message.float(7, float);
  message.int(20, attributeTypes[kindOf(value)]);
  return message.done();
}

const isInts = (value: OnnxAttribute): value is readonly number[] => Array.isArray(value);
function kindOf(value: OnnxAttribute): keyof typeof attributeTypes {
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "text";
  if (isInts(value)) return "ints";
  return "float" in value ? "float" : "floats";
}

/** A graph of many tensors has few types: their messages are kept in `known`. */
function valueMessage(name: string, type: OnnxType, origins: Origins, known: Map<string, Message>): Message {
  const key = `${type.dtype} ${type.dims.map((d) => (typeof d === "number" ? d : d.key)).join()}`;
  const message = known.get(key) ?? typeMessage(type, origins);
  known.set(key, message);
  const value = new Writer();
  value.text(1, name);
  value.message(2, message);
  return value.done();
}

function typeMessage(type: OnnxType, origins: Origins): Message {
  const shape = new Writer();
  for (const dim of type.dims) {
    const message = new Writer();
    if (typeof dim === "number") message.int(1, dim);
    else message.text(2, formatDim(dim, origins));
    shape.message(1, message.done());
  }
  const tensor = new Writer();
  tensor.int(1, elementTypes[type.dtype]);
  tensor.message(2, shape.done());
  const message = new Writer();
  message.message(1, tensor.done());
  return message.done();
}

function tensorMessage(initialiser: Initialiser, parts: ModelParts): Message {
  const message = new Writer();
  for (const dim of initialiser.dims) message.int(1, dim);
  message.int(2, elementTypes[initialiser.dtype]);
  message.text(8, initialiser.name);
  if (initialiser.kind === "constant") {
    const { dtype, values, name } = initialiser;
    message.bytes(9, dtype === "f16" ? halfBytes(values, name) : constantBytes(dtype, values));
    return message.done();
  }
  const content = lateContent(initialiser, parts);
  const place = parts.external?.place(content);
  if (!place) {
    message.late(9, content);
    return message.done();
  }
  for (const [key, value] of Object.entries(place)) message.message(13, entryMessage(key, value));
  message.int(14, 1);
  return message.done();
}

function lateContent(
  initialiser: Initialiser & { kind: "weight" | "computed" },
  { weights, isStreamed }: ModelParts,
): Late {
  const elements = initialiser.dims.reduce((a, b) => a * b, 1);
  if (initialiser.kind === "computed")
    return { bytes: elements * widths[initialiser.dtype], produce: () => initialiser.produce() };
  const { weight, axes, dtype } = initialiser;
  const reader = weights as WeightReader;
  const numbers = () => (isStreamed ? borrowed(reader, weight, axes) : reader.read(weight, axes));
  const bytes = elements * widths[dtype];
  if (dtype === "f32") return { bytes, produce: () => floatBytes(numbers()) };
  return { bytes, produce: () => halfBytes(numbers(), weight.path) };
}

/** Bytes of one number. */
export const widths = { f32: 4, f16: 2, i32: 4, i64: 8, bool: 1, u8: 1, i8: 1 } as const;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Little-endian bytes: a view where the machine agrees, which is nearly everywhere. */
function floatBytes(values: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return constantBytes("f32", values);
}

function constantBytes(dtype: Exclude<OnnxType["dtype"], "f16">, values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * widths[dtype]));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (dtype === "f32") view.setFloat32(i * 4, value, true);
    else if (dtype === "i32") view.setInt32(i * 4, value, true);
    else if (dtype === "i64") view.setBigInt64(i * 8, BigInt(value), true);
    else if (dtype === "bool") view.setUint8(i, value === 0 ? 0 : 1);
    else if (dtype === "i8") view.setInt8(i, value);
    else view.setUint8(i, value);
  }
  return new Uint8Array(view.buffer);
}
