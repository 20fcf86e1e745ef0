// What is written is read back; what the format forbids is refused with words; no change of any byte ever
// makes the reader throw.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Checkpoint, isProblem } from "../checkpoint.ts";
import { numbersOf } from "../dtype.ts";
import { memorySource } from "../source.ts";
import { openSafetensors } from "./read.ts";
import { bytesOf, type TensorToWrite, writeSafetensors } from "./write.ts";

const float = (name: string, shape: readonly number[], numbers: readonly number[]): TensorToWrite => ({
  name,
  dtype: "F32",
  shape,
  content: () => bytesOf(Float32Array.from(numbers)),
});

function joined(chunks: Iterable<Uint8Array>): Uint8Array {
  const parts = [...chunks];
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const example = joined(
  writeSafetensors(
    [
      float("b/kernel", [2, 2], [1, 2, 3, 4]),
      float("a", [3], [0.5, -1, 2]),
      { name: "flag", dtype: "BOOL", shape: [3], content: () => [Uint8Array.of(1), Uint8Array.of(0, 1)] },
      float("empty", [0, 4], []),
    ],
    { format: "pt", note: 'with "quotes" and ü' },
  ).chunks(),
);

function opened(bytes: Uint8Array): Checkpoint {
  const checkpoint = openSafetensors(memorySource(bytes));
  if (isProblem(checkpoint)) throw new Error(checkpoint.problem);
  return checkpoint;
}

function numbers(checkpoint: Checkpoint, name: string): number[] {
  const { dtype } = checkpoint.tensors.get(name) ?? { dtype: "F32" as const };
  return [...checkpoint.pieces(name)].flatMap((piece) =>
    isProblem(piece) ? [Number.NaN] : Array.from(numbersOf(dtype, piece)),
  );
}

/** A file around a header of one's own. */
function file(header: string, data = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const problemOf = (bytes: Uint8Array): string => {
  const answer = openSafetensors(memorySource(bytes));
  return isProblem(answer) ? answer.problem : "";
};

describe("safetensors", () => {
  it("reads what was written", () => {
    const checkpoint = opened(example);
    expect([...checkpoint.tensors.keys()]).toEqual(["a", "b/kernel", "empty", "flag"]);
    expect(checkpoint.tensors.get("b/kernel")?.shape).toEqual([2, 2]);
    expect(numbers(checkpoint, "b/kernel")).toEqual([1, 2, 3, 4]);
    expect(numbers(checkpoint, "a")).toEqual([0.5, -1, 2]);
    expect(numbers(checkpoint, "flag")).toEqual([1, 0, 1]);
    expect(numbers(checkpoint, "empty")).toEqual([]);
    expect(checkpoint.metadata.get("note")).toBe('with "quotes" and ü');
  });

  it("knows the size before it writes, and starts the data at a multiple of eight", () => {
    const made = writeSafetensors([float("x", [1], [1])]);
    const bytes = joined(made.chunks());
    expect(bytes.length).toBe(made.bytes);
    expect((bytes.length - 4) % 8).toBe(0);
  });

  it("writes the same bytes whatever the order it is given", () => {
    const [a, b] = [float("a", [1], [1]), float("b", [1], [2])];
    expect(joined(writeSafetensors([a, b]).chunks())).toEqual(joined(writeSafetensors([b, a]).chunks()));
  });

  it("has no prototype to pollute", () => {
    const checkpoint = opened(joined(writeSafetensors([float("__proto__", [1], [7])]).chunks()));
    expect(numbers(checkpoint, "__proto__")).toEqual([7]);
  });
});

const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${offsets}]}`;

describe("refuses", () => {
  it.each([
    ["a short file", Uint8Array.of(1, 2), "no checkpoint that is known"],
    ["a header beyond the file", file("{}").subarray(0, 9), "header would end at byte 10"],
    ["a header of 2^63 bytes", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b), "length of its header is damaged"],
    ["an archive of PyTorch", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 8, 8), "it is a zip archive"],
    ["a header that is no object", file("[]"), "no checkpoint that is known"],
    ["text that is not UTF-8", file("{}").fill(0xff, 9, 10), "not UTF-8"],
    ["duplicate keys", file(`{"a":${entry("U8", "1", "0,1")},"a":${entry("U8", "1", "0,1")}}`, 1), "two entries named"],
    [
      "duplicate keys, one escaped",
      file(`{"a":${entry("U8", "1", "0,1")},"\\u0061":${entry("U8", "1", "0,1")}}`, 1),
      "two",
    ],
    ["a hole", file(`{"a":${entry("U8", "1", "1,2")}}`, 2), "nothing fills the bytes from 0"],
    ["an overlap", file(`{"a":${entry("U8", "2", "0,2")},"b":${entry("U8", "2", "1,3")}}`, 3), "ends at 2"],
    ["bytes behind the last tensor", file(`{"a":${entry("U8", "1", "0,1")}}`, 2), "tensors end at byte"],
    [
      "fewer bytes than the shape needs",
      file(`{"a":${entry("F32", "2", "0,4")}}`, 4),
      "of 8 bytes, but its data has 4",
    ],
    ["a product beyond 2^64", file(`{"a":${entry("F32", "4294967296,4294967296", "0,0")}}`), "more than 2^53 bytes"],
    ["a dimension beyond 2^53", file(`{"a":${entry("F32", "9007199254740993", "0,0")}}`), "below 2^53"],
    ["a negative dimension", file(`{"a":${entry("F32", "-1", "0,0")}}`), "whole number"],
    ["a fraction", file(`{"a":${entry("F32", "1.0", "0,4")}}`, 4), "whole number"],
    ["an unknown type", file(`{"a":${entry("Q4", "1", "0,1")}}`, 1), "type Q4"],
    ["a backward range", file(`{"a":${entry("U8", "0", "1,0")}}`, 1), "data has -1"],
    ["three offsets", file(`{"a":${entry("U8", "0", "0,0,0")}}`), "two data_offsets"],
    ["an unknown field", file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":1}}`, 1), "unknown field"],
    ["deep nesting", file(`{"a":${"[".repeat(100_000)}`), "wants {"],
    ["text behind the header", file(`{} {}`), "the end of the header"],
    ["a string without an end", file(`{"abc`), "does not end"],
    ["metadata that is no text", file(`{"__metadata__":{"a":1}}`), "a string"],
  ])("%s", (_title, bytes, message) => {
    expect(problemOf(bytes)).toContain(message);
  });

  it("a shape of any length, soon", () => {
    const shape = (length: number): string => Array.from({ length }, () => "9007199254740991").join(",");
    expect(problemOf(file(`{"a":${entry("F32", shape(200), "0,0")}}`))).toContain("more than 2^53 bytes");
    expect(problemOf(file(`{"a":${entry("F32", shape(300_000), "0,0")}}`))).toContain("is longer than 255");
  });

  it("more tensors than any model has", () => {
    const entries = Array.from({ length: 200_001 }, (_, i) => `"${i}":${entry("U8", "0", "0,0")}`);
    expect(problemOf(file(`{${entries.join(",")}}`))).toContain("more than 200000 entries");
  });

  it("names without showing what they do to a terminal, or all of them", () => {
    const name = `\\u001b[2J${"x".repeat(1000)}`;
    expect(problemOf(file(`{"${name}":${entry("Q4", "1", "0,1")}}`, 1))).toMatch(/^·\[2Jx{156}… has the type Q4/);
  });

  it("nothing that a changed byte or a cut can do makes it throw", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(example.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(example.length),
        (changes, cut) => {
          const bytes = example.slice(0, cut % 3 === 0 ? cut : undefined);
          for (const [place, value] of changes) if (place < bytes.length) bytes[place] = value;
          const answer = openSafetensors(memorySource(bytes));
          if (isProblem(answer)) return answer.problem.length > 0;
          return [...answer.tensors.keys()].every((name) =>
            [...answer.pieces(name)].every((piece) => !isProblem(piece)),
          );
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it("says when a file shrank while it was read", () => {
    const source = {
      size: example.length,
      read: (at: number, n: number) => example.subarray(at, Math.min(at + n, example.length - 2)),
    };
    const checkpoint = openSafetensors(source);
    expect(isProblem(checkpoint)).toBe(false);
    if (!isProblem(checkpoint))
      expect([...checkpoint.pieces("flag")].at(-1)).toEqual({ problem: "the file ended while flag was read" });
  });
});
