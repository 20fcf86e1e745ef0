// What people have instead of a checkpoint that is read here, told by its bytes and never by its name, and how to get
// safetensors from it.
import type { Problem } from "./checkpoint.ts";
import type { ByteSource } from "./source.ts";

/** A look at a file: its first bytes, and its last ones, where archives list what they hold. */
interface Look {
  /** Of the file, for commands; "FILE" where nobody said. */
  readonly name: string;
  readonly start: Uint8Array;
  /** Start and end as text of one character a byte. */
  readonly head: string;
  readonly tail: string;
}

interface Format {
  matches(look: Look): boolean;
  readonly what: string;
  help?(look: Look): readonly string[];
}

const headBytes = 4096;
const tailBytes = 65_536;

/** What a file is that is no safetensors file. Ends in a sentence whatever the bytes are. */
export function foreignFormat(source: ByteSource): Problem {
  const look = lookAt(source);
  const format = formats.find(({ matches }) => matches(look));
  const help = format?.help?.(look);
  return { problem: format?.what ?? unknown(look), ...(help && { help }) };
}

const unknown = ({ head }: Look): string =>
  head[8] === "{"
    ? "it looks like a safetensors file, but the length of its header is damaged"
    : "it is no checkpoint that is known here (safetensors, or a checkpoint of TensorFlow)";

function lookAt(source: ByteSource): Look {
  const start = source.read(0, Math.min(headBytes, source.size));
  const from = Math.max(0, source.size - tailBytes);
  const end = source.read(from, source.size - from);
  const { name = "" } = source;
  // Names with quotes and the like would mean something to a shell.
  return { name: /^[\w./+@=, -]+$/.test(name) ? name : "FILE", start, head: latin1(start), tail: latin1(end) };
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

const begins =
  (...bytes: readonly number[]) =>
  ({ start }: Look): boolean =>
    bytes.every((byte, i) => start[i] === byte);
const isZip = begins(0x50, 0x4b, 0x03, 0x04);
const zipWith =
  (names: RegExp) =>
  (look: Look): boolean =>
    isZip(look) && (names.test(look.head) || names.test(look.tail));

const quoted = (text: string): string => `"${text}"`;
const python = (code: string): string => `python -c '${code}'`;
const output = (name: string): string => quoted(`${name.replace(/\.[A-Za-z0-9]+$/, "")}.safetensors`);

/** A state dict, or a training checkpoint that holds one. */
const fromTorch = ({ name }: Look): readonly string[] => [
  python(
    `import torch, safetensors.torch as s; d = torch.load(${quoted(name)}, map_location="cpu", weights_only=True); d = d.get("state_dict", d.get("model", d)); s.save_file({k: v.contiguous().clone() for k, v in d.items() if hasattr(v, "contiguous")}, ${output(name)})`,
  ),
  "where it is refused for what else the file holds: weights_only=False, for files that you trust",
];
const fromKeras = ({ name }: Look): readonly string[] => [
  python(
    `import keras, safetensors.numpy as s; m = keras.saving.load_model(${quoted(name)}); s.save_file({getattr(v, "path", v.name): v.numpy() for v in m.weights}, ${output(name)})`,
  ),
  "of weights without a model: build the model in Python, `load_weights`, and save its variables the same way",
];

/** In this order: the first that matches counts. */
const formats: readonly Format[] = [
  { matches: ({ start }) => start.length === 0, what: "it is empty" },
  // A part of one has no list of names at its end, and text in front that names anything.
  {
    matches: zipWith(/model\.weights\.h5|keras_version|^PK.{28}metadata\.json/s),
    what: "it is a model of Keras 3 (.keras)",
    help: fromKeras,
  },
  {
    matches: zipWith(/constants\.pkl/),
    what: "it is a TorchScript archive",
    help: ({ name }) => [
      python(
        `import torch, safetensors.torch as s; m = torch.jit.load(${quoted(name)}, map_location="cpu"); s.save_file({k: v.contiguous().clone() for k, v in m.state_dict().items()}, ${output(name)})`,
      ),
    ],
  },
  { matches: zipWith(/data\.pkl/), what: "it is a checkpoint of PyTorch (a pickle in a zip archive)", help: fromTorch },
  {
    matches: zipWith(/\.npy/),
    what: "it is an archive of NumPy arrays (.npz)",
    help: ({ name }) => [
      python(`import numpy, safetensors.numpy as s; s.save_file(dict(numpy.load(${quoted(name)})), ${output(name)})`),
    ],
  },
  { matches: isZip, what: "it is a zip archive, but none of PyTorch, Keras or NumPy", help: () => ["unpack it first"] },
  {
    matches: (look) => begins(0x80)(look) && (look.start[1] ?? 0) >= 2 && (look.start[1] ?? 0) <= 5,
    what: "it is a pickle of Python, such as older versions of PyTorch wrote",
    help: fromTorch,
  },
  { matches: begins(0x89, 0x48, 0x44, 0x46), what: "it is an HDF5 file, such as Keras writes (.h5)", help: fromKeras },
  {
    matches: begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
    what: "it is one array of NumPy (.npy)",
    help: ({ name }) => [
      python(
        `import numpy, safetensors.numpy as s; s.save_file({"NAME": numpy.load(${quoted(name)})}, ${output(name)})`,
      ),
    ],
  },
  {
    matches: begins(0x47, 0x47, 0x55, 0x46),
    what: "it is a GGUF file of llama.cpp, mostly quantised",
    help: () => ["use the safetensors that it was made from"],
  },
  {
    matches: ({ head }) => head.slice(4, 8) === "TFL3",
    what: "it is a model of TensorFlow Lite",
    help: () => ["use the checkpoint or SavedModel that it was made from"],
  },
  { matches: isOnnx, what: "it is an ONNX model", help: fromOnnx },
  {
    matches: begins(0x08, 0x01, 0x12),
    what: "it is the graph of a SavedModel; its weights lie in `variables/` beside it",
    help: () => ["name the directory that holds saved_model.pb"],
  },
  {
    matches: isMessagePack,
    what: "it is MessagePack, such as Flax writes",
    help: ({ name }) => [
      python(
        `import flax.serialization as f, flax.traverse_util as t, numpy, safetensors.numpy as s; d = t.flatten_dict(f.msgpack_restore(open(${quoted(name)}, "rb").read()), sep="/"); s.save_file({k: numpy.asarray(v) for k, v in d.items()}, ${output(name)})`,
      ),
    ],
  },
  {
    matches: ({ tail }) => tail.endsWith("\x57\xfb\x80\x8b\x24\x75\x47\xdb"),
    what: "it is a table of TensorFlow: the index of a checkpoint under another name, or a checkpoint of its first format",
    help: () => [
      "an index keeps its name, NAME.index beside NAME.data-00000-of-00001; one of the first format is saved anew in TensorFlow: `tf.compat.v1.train.Saver(write_version=2)`",
    ],
  },
  {
    matches: ({ head }) => head.slice(257, 262) === "ustar",
    what: "it is a tar archive",
    help: () => ["unpack it first; one that PyTorch wrote: load it there and save a state dict"],
  },
  {
    matches: (look) =>
      [begins(0x1f, 0x8b), begins(0x28, 0xb5, 0x2f, 0xfd), begins(0xfd, 0x37, 0x7a), begins(0x42, 0x5a, 0x68)].some(
        (is) => is(look),
      ),
    what: "it is compressed",
    help: () => ["unpack it first"],
  },
  {
    matches: ({ head }) => head.startsWith("version https://git-lfs"),
    what: "it is a pointer of Git LFS, not the file itself",
    help: () => ["fetch the file: git lfs pull"],
  },
  {
    matches: ({ head }) => /^\s*<(!doctype html|html)/i.test(head),
    what: "it is a web page, not the file that it leads to",
  },
  {
    matches: ({ head, tail }) => /^\s*\{/.test(head) && /"weight_map".*\.bin"/s.test(head + tail),
    what: "it is the index of a checkpoint of PyTorch in several files; such checkpoints are not read yet",
    help: ({ name }) => [
      python(
        `import json, os, torch, safetensors.torch as s; p = ${quoted(name)}; fs = set(json.load(open(p))["weight_map"].values()); s.save_file({k: v.contiguous().clone() for f in fs for k, v in torch.load(os.path.join(os.path.dirname(p), f), weights_only=True).items()}, "joined.safetensors")`,
      ),
    ],
  },
  {
    matches: ({ head, tail }) => /^\s*\{/.test(head) && /"weight_map"/.test(head + tail),
    what: "it is the index of a checkpoint in several files; such checkpoints are not read yet",
    help: ({ name }) => [
      python(
        `import json, os, safetensors.torch as s; p = ${quoted(name)}; fs = set(json.load(open(p))["weight_map"].values()); s.save_file({k: v for f in fs for k, v in s.load_file(os.path.join(os.path.dirname(p), f)).items()}, "joined.safetensors")`,
      ),
      "its parts can be looked at one by one: `deepmacc weights inspect PART`",
    ],
  },
  {
    matches: (look) => isText(look) && /^(\s|#[^\n]*\n)*dm \d/.test(look.head),
    what: "it is a text of this language, not a file of weights",
    help: () => ["a model is named first, its weights with --weights: deepmacc build model.dm --weights ckpt-0"],
  },
  { matches: (look) => isText(look) && /^\s*[{[]/.test(look.head), what: "it is JSON, not a file of weights" },
  { matches: isText, what: "it is text, not a file of weights" },
];

/** `ir_version` first, then the producer, the graph or the operator set. */
function isOnnx({ start, head }: Look): boolean {
  const [field, version = 0, next = 0] = start;
  const isModel = field === 0x08 && version >= 3 && version <= 20;
  return isModel && ([0x12, 0x1a, 0x22, 0x3a, 0x42].includes(next) || head.includes("onnx"));
}

function fromOnnx({ name }: Look): readonly string[] {
  return [
    python(
      `import onnx, onnx.numpy_helper as n, safetensors.numpy as s; m = onnx.load(${quoted(name)}); s.save_file({t.name: n.to_array(t) for t in m.graph.initializer}, ${output(name)})`,
    ),
    "exporters may have folded norms into kernels; the checkpoint that it was exported from is the better source",
  ];
}

/** A map whose first key is a short text. */
function isMessagePack({ start }: Look): boolean {
  const [first = 0] = start;
  const at = first > 0x80 && first <= 0x8f ? 1 : first === 0xde ? 3 : first === 0xdf ? 5 : -1;
  const key = start[at] ?? 0;
  const length = key & 0x1f;
  return at > 0 && key > 0xa0 && key <= 0xbf && [...start.subarray(at + 1, at + 1 + length)].every(isPrintable);
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;

/** No byte that text does not have, in the part that is looked at. */
function isText({ start }: Look): boolean {
  if (start.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte))) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
