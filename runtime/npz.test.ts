import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { npyHeader, readNpyTensor } from "./npy.ts";
import { type Npz, readNpz, writeNpz } from "./npz.ts";

/** Written by NumPy 2.4.6 from the arrays that `wanted` has; small enough to stand here. */
const byNumpy = {
  savez:
    "UEsDBC0AAAAAAAAAIQBP6QAq//////////8FABQAeC5ucHkBABAAmAAAAAAAAACYAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAUEsDBC0AAAAAAAAAIQDuGbtd//////////8IABQAbWFzay5ucHkBABAAggAAAAAAAACCAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3xiMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAQBQSwMELQAAAAAAAAAhAMi4POT//////////wUAFABuLm5weQEAEACIAAAAAAAAAIgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr5/////////1BLAwQtAAAAAAAAACEAb505hf//////////CAAUAGhhbGYubnB5AQAQAIQAAAAAAAAAhAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8ZjInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMSwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgA8AMBQSwMELQAAAAAAAAAhADE3CeP//////////wgAFABub25lLm5weQEAEACAAAAAAAAAAIAAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDAsIDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIApQSwECLQMtAAAAAAAAACEAT+kAKpgAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAAAAAAACEA7hm7XYIAAACCAAAACAAAAAAAAAAAAAAAgAHPAAAAbWFzay5ucHlQSwECLQMtAAAAAAAAACEAyLg85IgAAACIAAAABQAAAAAAAAAAAAAAgAGLAQAAbi5ucHlQSwECLQMtAAAAAAAAACEAb505hYQAAACEAAAACAAAAAAAAAAAAAAAgAFKAgAAaGFsZi5ucHlQSwECLQMtAAAAAAAAACEAMTcJ44AAAACAAAAACAAAAAAAAAAAAAAAgAEIAwAAbm9uZS5ucHlQSwUGAAAAAAUABQAIAQAAwgMAAAAA",
  savez_compressed:
    "UEsDBC0AAAAIAAAAIQBP6QAq//////////8FABQAeC5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwMELQAAAAgAAAAhAO4Zu13//////////wgAFABtYXNrLm5weQEAEACCAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXpNkqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYGAFBLAwQtAAAACAAAACEAyLg85P//////////BQAUAG4ubnB5AQAQAIgAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBrp//IQAAUEsDBC0AAAAIAAAAIQBvnTmF//////////8IABQAaGFsZi5ucHkBABAAhAAAAAAAAABKAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6CkaaOgq1CmQDLgYbhgMAUEsDBC0AAAAIAAAAIQAxNwnj//////////8IABQAbm9uZS5ucHkBABAAgAAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GgY6CiaaOgq1CmQDLgBQSwECLQMtAAAACAAAACEAT+kAKlUAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAAACEA7hm7XUYAAACCAAAACAAAAAAAAAAAAAAAgAGMAAAAbWFzay5ucHlQSwECLQMtAAAACAAAACEAyLg85EYAAACIAAAABQAAAAAAAAAAAAAAgAEMAQAAbi5ucHlQSwECLQMtAAAACAAAACEAb505hUoAAACEAAAACAAAAAAAAAAAAAAAgAGJAQAAaGFsZi5ucHlQSwECLQMtAAAACAAAACEAMTcJ40YAAACAAAAACAAAAAAAAAAAAAAAgAENAgAAbm9uZS5ucHlQSwUGAAAAAAUABQAIAQAAjQIAAAAA",
};

const bytesOf = (numbers: { readonly buffer: ArrayBufferLike }) => new Uint8Array(numbers.buffer.slice(0));
const wanted = [
  { name: "x", dtype: "F32", dims: [2, 3], content: bytesOf(Float32Array.from([0, 1, 2, 3, 4, 5])) },
  { name: "mask", dtype: "BOOL", dims: [2], content: Uint8Array.from([1, 0]) },
  { name: "n", dtype: "I64", dims: [], content: bytesOf(BigInt64Array.from([-7n])) },
  { name: "half", dtype: "F16", dims: [1, 2], content: bytesOf(Uint16Array.from([0x3c00, 0xc000])) },
  { name: "none", dtype: "F64", dims: [0, 4], content: new Uint8Array() },
] as const;

const opened = (bytes: Uint8Array) => {
  const npz = readNpz(bytes);
  if ("failure" in npz) return npz;
  return npz.arrays.map(({ name, dtype, dims, content }) => ({ name, dtype, dims, content: plain(content()) }));
};
/** A Buffer is another class to the tests. */
const plain = (bytes: object) => ("failure" in bytes ? bytes : Uint8Array.from(bytes as Uint8Array));
const written = (arrays: Parameters<typeof writeNpz>[0]): Buffer => {
  const file = writeNpz(arrays);
  if ("failure" in file) throw new Error(file.failure);
  const bytes = Buffer.concat([...file.chunks()]);
  expect(bytes.length).toBe(file.bytes);
  return bytes;
};

describe("readNpz", () => {
  it.each(Object.entries(byNumpy))("reads what numpy.%s wrote", (_name, text) => {
    expect(opened(Buffer.from(text, "base64"))).toEqual(wanted);
  });
  it("reads what we write, and the same arrays give the same bytes", () => {
    expect(opened(written(wanted))).toEqual(wanted);
    expect(written(wanted)).toEqual(written(wanted));
  });
  it("names an entry that is no array of numbers", () => {
    const npz = readNpz(archive("notes.txt", Buffer.from("hello, this is no array")));
    expect(npz).toMatchObject({ arrays: [], others: new Map([["notes.txt", "it is no .npy file"]]) });
  });
});

describe("NumPy reads what we write", () => {
  const python = process.env["DEEPMACC_PYTHON"];
  it.skipIf(!python)("in an archive and alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "deepmacc-npz-"));
    writeFileSync(join(folder, "a.npz"), written(wanted));
    for (const array of wanted)
      writeFileSync(join(folder, `${array.name}.npy`), Buffer.concat([npyHeader(array), array.content]));
    const code = `import numpy as n
z = n.load("a.npz")
for k in z.files:
    print(k, z[k].dtype, z[k].shape, z[k].ravel().tolist()); a = n.load(k + ".npy"); assert a.dtype == z[k].dtype and (a == z[k]).all()`;
    const { stdout, stderr } = spawnSync(python ?? "", ["-c", code], { cwd: folder, encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual([
      "x float32 (2, 3) [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]",
      "mask bool (2,) [True, False]",
      "n int64 () [-7]",
      "half float16 (1, 2) [1.0, -2.0]",
      "none float64 (0, 4) []",
    ]);
  });
});

/** One deflated entry that says what it likes of itself. */
function archive(
  name: string,
  content: Buffer,
  says: { size?: number; crc?: number; flags?: number; method?: number } = {},
) {
  const packed = deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(says.flags ?? 0, 2);
  fields.writeUInt16LE(says.method ?? 8, 4);
  fields.writeUInt32LE(says.crc ?? crcOf(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(says.size ?? content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name), packed]);
  const listed = Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\0"), fields, Buffer.alloc(14), Buffer.from(name)]);
  return closed(local, [listed]);
}
function closed(body: Buffer, list: readonly Buffer[]): Buffer {
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  for (const at of [8, 10]) end.writeUInt16LE(list.length, at);
  end.writeUInt32LE(
    list.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, ...list, end]);
}
/** By the bit: the checksum is not that of the code under test. */
function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
const array = Buffer.concat([npyHeader({ dtype: "F32", dims: [1000] }), Buffer.alloc(4000)]);

// numpy.savez_compressed(a=numpy.arange(3, dtype="f4")) where zipfile.ZIP64_LIMIT is 10: every number in 64 bits.
const wideArchive =
  "UEsDBC0AAAAIAAAAIQC2jIZT//////////8FABQAYS5ucHkBABAAjAAAAAAAAABLAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l" +
  "oG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GMGiwBxIOAFBLAQItAy0AAAAIAAAAIQC2jIZT" +
  "//////////8FABQAAAAAAAAAAACAAQAAAABhLm5weQEAEACMAAAAAAAAAEsAAAAAAAAAUEsGBiwAAAAAAAAALQAtAAAAAAAAAAAA" +
  "AQAAAAAAAAABAAAAAAAAAEcAAAAAAAAAggAAAAAAAABQSwYHAAAAAMkAAAAAAAAAAQAAAFBLBQYAAAAAAQABAEcAAACCAAAAAAA=";

it("an archive in 64 bits is read as any other", () => {
  expect(opened(Buffer.from(wideArchive, "base64"))).toMatchObject([{ name: "a", dtype: "F32", dims: [3] }]);
  const npz = readNpz(Buffer.from(wideArchive, "base64")) as Npz;
  const [a] = npz.arrays.map((array) => array.content() as Uint8Array);
  expect([...(a ?? [])]).toEqual([...bytesOf(Float32Array.from([0, 1, 2]))]);
});

const tornWide = Buffer.from(wideArchive, "base64");
tornWide.fill(0, tornWide.indexOf("PK\u0006\u0006"), tornWide.indexOf("PK\u0006\u0007"));

describe("a hostile archive", () => {
  it("is refused, and one without faults is not", () => {
    expect(opened(archive("a.npy", array))).toMatchObject([{ name: "a", dims: [1000] }]);
  });
  it.each<[title: string, bytes: Uint8Array, reason: string]>([
    ["nothing", new Uint8Array(), "it is no zip archive, or its end is missing"],
    ["a torn one", written(wanted).subarray(0, -1), "its end is missing"],
    ["an encrypted entry", archive("a.npy", array, { flags: 1 }), "a.npy is encrypted"],
    ["another packing", archive("a.npy", array, { method: 12 }), "packed in a way"],
    ["a size that nothing packs", archive("a.npy", array, { size: 2 ** 31 }), "cannot hold the 2147483648 bytes"],
    ["zip64 that says nothing more", archive("a.npy", array, { size: 2 ** 32 - 1 }), "list of entries is damaged"],
    ["a torn end in 64 bits", tornWide, "its end is damaged"],
  ])("%s", (_title, bytes, reason) => {
    expect(readNpz(bytes)).toEqual({ failure: expect.stringContaining(reason) });
  });
  it("two entries that share their bytes, or a name", () => {
    const once = archive("a.npy", array);
    const at = once.readUInt32LE(once.length - 6);
    const [body, listed] = [once.subarray(0, at), once.subarray(at, -22)];
    const other = Buffer.from(listed);
    other.write("b", 46);
    expect(readNpz(closed(body, [listed, other]))).toEqual({ failure: "a.npy reaches into what comes behind it" });
    expect(readNpz(closed(body, [listed, listed]))).toEqual({ failure: "it has two entries named a.npy" });
  });
  it("a wrong checksum, and another length than it says", () => {
    const crc = readNpz(archive("a.npy", array, { crc: 7 })) as Npz;
    expect(crc.arrays[0]?.content()).toEqual({ failure: "a.npy is damaged: its checksum is another" });
    const short = readNpz(archive("a.npy", array, { size: 3000 })) as Npz;
    expect(short.others.get("a")).toMatch(/^its shape needs 4000 bytes, but it holds 2\d\d\d$/);
  });
  it("a shape that fits what the entry says, but not what it holds", () => {
    const bomb = Buffer.concat([npyHeader({ dtype: "F32", dims: [2000] }), Buffer.alloc(4000)]);
    const npz = readNpz(archive("a.npy", bomb, { size: 8128 })) as Npz;
    expect(npz.arrays[0]?.content()).toEqual({ failure: "a.npy holds 4128 bytes, not the 8128 that it says" });
    const more = Buffer.concat([npyHeader({ dtype: "F32", dims: [2] }), Buffer.alloc(4000)]);
    const open = readNpz(archive("a.npy", more, { size: 136 })) as Npz;
    expect(open.arrays[0]?.content()).toEqual({ failure: "a.npy is damaged: it cannot be unpacked" });
  });
  it("any bytes, and any damage, end in an answer", () => {
    const good = [written(wanted), archive("a.npy", array)];
    const walk = (bytes: Uint8Array) => {
      const npz = readNpz(bytes);
      if (!("failure" in npz)) for (const each of npz.arrays) each.content();
      readNpyTensor(bytes);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), walk));
    const hit = fc.tuple(fc.nat({ max: 1200 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.array(hit, { maxLength: 6 }), (from, hits) => {
        const bytes = Uint8Array.from(from);
        for (const [at, value] of hits) bytes[at % bytes.length] = value;
        walk(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

it("arrays without elements have their checksum, also where the memory is none at all", () => {
  const none = new Uint8Array(new Float32Array(0).buffer, 0, 0);
  const [array] = opened(written([{ name: "masks", dtype: "F32", dims: [1, 0, 3], content: none }])) as Npz["arrays"];
  expect(array).toEqual({ name: "masks", dtype: "F32", dims: [1, 0, 3], content: new Uint8Array() });
});
