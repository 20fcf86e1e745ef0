import fc from "fast-check";
import proto from "onnx-proto";
import { describe, expect, it } from "vitest";
import { chunksOf, type Message, Writer } from "./wire.ts";

const { onnx } = proto;

function bytesOf(message: Message): Uint8Array {
  const bytes = Buffer.concat([...chunksOf(message.parts)]);
  expect(bytes.length).toBe(message.bytes);
  return bytes;
}

describe("the wire writer", () => {
  it("writes what onnx-proto reads", () => {
    const samples = fc.record({
      name: fc.string({ unit: "grapheme" }),
      int: fc.maxSafeInteger(),
      ints: fc.array(fc.maxSafeInteger()),
      float: fc.float({ noNaN: true }),
      text: fc.string(),
    });
    fc.assert(
      fc.property(samples, (sample) => {
        const message = new Writer();
        message.text(1, sample.name);
        message.float(2, sample.float);
        message.int(3, sample.int);
        message.bytes(4, new TextEncoder().encode(sample.text));
        for (const int of sample.ints) message.int(8, int);
        const read = onnx.AttributeProto.decode(bytesOf(message.done()));
        expect(read.name).toBe(sample.name);
        expect(Object.is(read.f, sample.float)).toBe(true);
        expect(String(read.i)).toBe(String(sample.int));
        expect(read.ints.map(String)).toEqual(sample.ints.map(String));
        expect(new TextDecoder().decode(read.s)).toBe(sample.text);
      }),
    );
  });

  it("nests messages with contents that are made late, in order", () => {
    const sizes = [0, 3, 70_000, 127, 128, 65_536, 1];
    const graph = new Writer();
    graph.text(2, "g");
    for (const size of sizes) {
      const tensor = new Writer();
      tensor.text(8, `t${size}`);
      tensor.late(9, { bytes: size, produce: () => new Uint8Array(size).fill(size % 251) });
      graph.message(5, tensor.done());
    }
    const model = new Writer();
    model.int(1, 8);
    model.message(7, graph.done());
    model.text(6, "after");
    const read = onnx.ModelProto.decode(bytesOf(model.done()));
    expect(read.docString).toBe("after");
    expect(read.graph?.initializer?.map((t) => t.rawData?.length)).toEqual(sizes);
    expect(read.graph?.initializer?.[2]?.rawData?.every((byte) => byte === 70_000 % 251)).toBe(true);
  });

  it("refuses contents of another length than announced", () => {
    const message = new Writer();
    message.late(9, { bytes: 4, produce: () => new Uint8Array(5) });
    expect(() => bytesOf(message.done())).toThrow("another length");
  });
});
