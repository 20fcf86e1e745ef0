// What is given instead of a checkpoint is told by its bytes, whatever it is called; no bytes make it throw.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "./checkpoint.ts";
import { openSafetensors } from "./safetensors/read.ts";
import { memorySource } from "./source.ts";
import { joined, tableOf } from "./testing.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytes = (...values: readonly (number | string)[]): Uint8Array =>
  joined(values.map((each) => (typeof each === "number" ? Uint8Array.of(each) : text(each))));
const zip = (name: string): Uint8Array => bytes("PK", 3, 4, "\0".repeat(26), name, "data");

function problemOf(content: Uint8Array, name = "some.bin") {
  const answer = openSafetensors({ ...memorySource(content), name });
  if (!isProblem(answer)) throw new Error("opened");
  return { problem: answer.problem, help: (answer.help ?? []).join("\n") };
}

describe("a file that is no checkpoint", () => {
  it.each([
    ["nothing", bytes(), "empty", ""],
    ["PyTorch", zip("archive/data.pkl"), "checkpoint of PyTorch", "torch.load"],
    ["TorchScript", zip("net/constants.pkl"), "TorchScript", "torch.jit.load"],
    ["old PyTorch", bytes(0x80, 2, 0x8a, 10, "lots of more"), "pickle", "torch.load"],
    ["a pickle of protocol 4", bytes(0x80, 4, 0x95, "and some more"), "pickle", "torch.load"],
    ["NumPy", zip("conv/kernel.npy"), "NumPy arrays", "numpy.load"],
    ["one array", bytes(0x93, "NUMPY", 1, 0, "{'descr': '<f4'}"), "one array of NumPy", "numpy.load"],
    [
      "Keras 3",
      joined([zip("metadata.json"), text('{"keras_version": "3"}'), text("model.weights.h5")]),
      "Keras 3",
      "keras",
    ],
    ["Keras 3, cut off", joined([zip("metadata.json"), text('{"note": "x.npy"}')]), "Keras 3", "keras"],
    ["another archive", zip("word/document.xml"), "zip archive", "unpack"],
    ["HDF5", bytes(0x89, "HDF\r\n", 0x1a, "\n", "more of it"), "HDF5", "keras"],
    ["GGUF", bytes("GGUF", 3, 0, 0, 0, 1, 0, 0, 0), "GGUF", "safetensors"],
    ["TensorFlow Lite", bytes(28, 0, 0, 0, "TFL3", 0, 0, 0), "TensorFlow Lite", "SavedModel"],
    ["ONNX", bytes(8, 8, 0x12, 7, "pytorch", 0x1a, 3), "ONNX", "onnx.load"],
    ["a SavedModel", bytes(8, 1, 0x12, 200, 200, "saver"), "SavedModel", "directory"],
    ["Flax", bytes(0x81, 0xa6, "params", 0x82, 0xa4, "conv"), "MessagePack", "flax"],
    ["an index of TensorFlow", tableOf(new Map([["", new Uint8Array(90)]])), "table of TensorFlow", ".index"],
    ["gzip", bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), "compressed", "unpack"],
    ["Git LFS", bytes("version https://git-lfs.github.com/spec/v1\noid sha256:1\n"), "Git LFS", "git lfs pull"],
    ["a web page", bytes("<!DOCTYPE html><html>404</html>"), "web page", ""],
    [
      "parts",
      bytes('{"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}'),
      "several files",
      "weight_map",
    ],
    [
      "parts of PyTorch",
      bytes('{"weight_map": {"a": "pytorch_model-00001-of-00002.bin"}}'),
      "PyTorch in several",
      "torch.load",
    ],
    ["a model text", bytes("# A comment.\ndm 1\n\nmodel M on x: f32[N] = x\n"), "text of this language", "--weights"],
    ["JSON", bytes('{"a": 1, "b": 2}'), "JSON", ""],
    ["text", bytes("root:x:0:0:root:/root:/bin/bash\n"), "it is text", ""],
    ["anything else", bytes(255, 254, 253, 0, 1, 2, 3, 4, 5, 6), "no checkpoint that is known", ""],
    ["a damaged length", bytes(1, 2, 3, 4, 5, 6, 7, 8, '{"a"', 0), "length of its header is damaged", ""],
  ])("%s", (_title, content, what, help) => {
    const answer = problemOf(content);
    expect(answer.problem).toContain(what);
    expect(answer.help).toContain(help);
    expect(answer.problem).not.toMatch(/\d{5}/);
    expect(answer.problem).not.toContain("root:");
  });

  it("is called by its name in commands, unless a shell would read more into that", () => {
    expect(problemOf(zip("a/data.pkl"), "nets/best.pt").help).toContain('torch.load("nets/best.pt"');
    expect(problemOf(zip("a/data.pkl"), "nets/best.pt").help).toContain('"nets/best.safetensors"');
    expect(problemOf(zip("a/data.pkl"), "a'; rm -rf x; '.pt").help).toContain('torch.load("FILE"');
  });

  it("ends in a sentence, whatever its bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (content) => {
        const answer = openSafetensors(memorySource(content));
        return !isProblem(answer) || answer.problem.length > 0;
      }),
      { numRuns: 3000 },
    );
  });
});
