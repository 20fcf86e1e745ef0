// Checkpoints as TensorFlow wrote them, and hostile ones whose checksums are right.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Checkpoint, isProblem } from "../checkpoint.ts";
import { numbersOf } from "../dtype.ts";
import { type ByteSource, memorySource } from "../source.ts";
import { blockOf, bundleOf, sliceKey, type TestBundle, tableAround } from "../testing.ts";
import { crc32c, unmasked } from "./crc32c.ts";
import { openTensorflow } from "./read.ts";

const suffix = "/.ATTRIBUTES/VARIABLE_VALUE";
const fixture = fileURLToPath(new URL("../../tests/fixtures/heads/resnet8/ckpt-0", import.meta.url));
const written: TestBundle = {
  index: new Uint8Array(readFileSync(`${fixture}.index`)),
  shards: [new Uint8Array(readFileSync(`${fixture}.data-00000-of-00001`))],
};

function opened({ index, shards }: TestBundle): ReturnType<typeof openTensorflow> {
  return openTensorflow(memorySource(index), (shard) => {
    const bytes = shards[shard];
    return bytes ? memorySource(bytes) : { problem: "not there" };
  });
}

function sound(bundle: TestBundle): Checkpoint {
  const checkpoint = opened(bundle);
  if (isProblem(checkpoint)) throw new Error(checkpoint.problem);
  return checkpoint;
}

const problemOf = (bundle: TestBundle): string => {
  const answer = opened(bundle);
  return isProblem(answer) ? answer.problem : "";
};

function numbers(checkpoint: Checkpoint, name: string): number[] {
  return [...checkpoint.pieces(name)].flatMap((piece) => {
    if (isProblem(piece)) throw new Error(piece.problem);
    return Array.from(numbersOf("F32", piece));
  });
}

describe("crc32c", () => {
  // RFC 3720, B.4.
  it.each([
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["rising", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
  ])("%s", (_title, bytes, crc) => expect(crc32c(bytes)).toBe(crc));

  it("goes on over pieces", () => {
    const bytes = Uint8Array.from({ length: 101 }, (_, i) => i * 7);
    expect(crc32c(bytes.subarray(37), crc32c(bytes.subarray(0, 37)))).toBe(crc32c(bytes));
  });

  it("takes the mask off", () => expect(unmasked(0xa282ead8)).toBe(0));
});

describe("a checkpoint that TensorFlow wrote", () => {
  it("has its variables under the names of the objects", () => {
    const checkpoint = sound(written);
    expect(checkpoint.tensors.size).toBe(62);
    expect(checkpoint.tensors.get("model/_mask_net/_net/input_layer/kernel")?.shape).toEqual([1, 1, 50, 4]);
    expect(numbers(checkpoint, "model/_mask_net/project_out/bias")).toHaveLength(1);
    expect([...checkpoint.slots.keys()]).toEqual([]);
  });

  it("is refused with words, or reads the same, whatever byte of it changes", () => {
    const names = [...sound(written).tensors.keys()];
    const before = names.map((name) => numbers(sound(written), name));
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inIndex, place, flip) => {
        const copy = { index: written.index.slice(), shards: written.shards.map((shard) => shard.slice()) };
        const bytes = (inIndex ? copy.index : copy.shards[0]) as Uint8Array;
        const at = place % bytes.length;
        bytes[at] = (bytes[at] as number) ^ flip;
        const answer = opened(copy);
        if (isProblem(answer)) return answer.problem.length > 0;
        return names.every((name, i) => {
          const pieces = [...answer.pieces(name)];
          const bad = pieces.some(isProblem);
          return bad || JSON.stringify(numbers(answer, name)) === JSON.stringify(before[i]);
        });
      }),
      { numRuns: 400 },
    );
  });

  it("is refused with words wherever it is cut", () => {
    for (let length = 0; length < written.index.length; length += 7)
      expect(problemOf({ ...written, index: written.index.slice(0, length) })).not.toBe("");
    const shard = written.shards[0] as Uint8Array;
    expect(problemOf({ ...written, shards: [shard.slice(0, 100)] })).toContain("which has 100");
    expect(problemOf({ ...written, shards: [] })).toBe("not there");
  });

  it("says when a file shrank while it was read", () => {
    const short = (bytes: Uint8Array, end: number): ByteSource => ({
      size: bytes.length,
      read: (at, length) => bytes.subarray(at, Math.min(at + length, end)),
    });
    const shard = written.shards[0] as Uint8Array;
    const whole = openTensorflow(short(written.index, 1000), () => memorySource(shard));
    expect(isProblem(whole) && whole.problem).toContain("ended while it was read");
  });
});

const variable = (key: string, shard = 0) => ({ key: key + suffix, numbers: [1, 2, 3], shape: [3], shard });

describe("names", () => {
  it("come from several shards", () => {
    const checkpoint = sound(bundleOf([variable("a"), variable("b", 1), variable("c", 2)]));
    for (const name of ["a", "b", "c"]) expect(numbers(checkpoint, name)).toEqual([1, 2, 3]);
  });

  it("are the keys of a checkpoint without an object graph", () => {
    const checkpoint = sound(bundleOf([{ key: "scope/kernel", numbers: [1], shape: [] }]));
    expect([...checkpoint.tensors.keys()]).toEqual(["scope/kernel"]);
  });

  it("are the keys where these lead to the variable, and the shortest way where they do not", () => {
    const nodes = [
      { children: { model: 1, m: 1 } },
      { children: { "box/scale": 2, long: 3 } },
      { key: `model/box.Sscale${suffix}` },
      { children: { way: 4 } },
      { children: { round: 0, again: 3 }, key: `opaque${suffix}` },
    ];
    const checkpoint = sound(bundleOf([variable("model/box.Sscale"), variable("opaque")], nodes));
    expect([...checkpoint.tensors.keys()].sort()).toEqual(["model/box.Sscale", "model/long/way"]);
  });

  it("leave out what an optimiser keeps", () => {
    const slot = `model/w/.OPTIMIZER_SLOT/optimizer/m`;
    const nodes = [
      { children: { model: 1, optimizer: 3 } },
      { children: { w: 2 } },
      { key: `model/w${suffix}` },
      { children: { "0": 4, iter: 5 }, slots: [6] },
      { key: `optimizer/0${suffix}` },
      { key: `optimizer/iter${suffix}` },
      { key: slot + suffix },
    ];
    const tensors = ["model/w", "optimizer/0", "optimizer/iter", slot].map((key) => variable(key));
    const checkpoint = sound(bundleOf(tensors, nodes));
    expect([...checkpoint.tensors.keys()]).toEqual(["model/w"]);
    expect([...checkpoint.slots.keys()].sort()).toEqual([slot, "optimizer/0", "optimizer/iter"]);
  });
});

describe("names of Keras 3", () => {
  // tf.train.Checkpoint(net=model, optimizer=opt): TensorFlow files a weight under the shortest way, the optimiser's.
  const inOptimiser = { kernel: "opt/_trainable_variables/0", bias: "opt/_trainable_variables/1" };
  const keras3 = (root: Readonly<Record<string, number>>) => [
    { children: { ...root, opt: 5, save_counter: 12 } },
    { children: { _layers: 2, _trainable_variables: 11 } },
    { children: { "0": 3 } },
    { children: { _kernel: 8, bias: 9 } },
    {},
    { children: { _trainable_variables: 6, _variables: 7, _iterations: 10, _learning_rate: 13 } },
    { children: { "0": 8, "1": 9 } },
    { children: { "0": 10, "1": 13, "2": 14 } },
    { key: inOptimiser.kernel + suffix },
    { key: inOptimiser.bias + suffix },
    { key: `opt/_iterations${suffix}` },
    { children: { "0": 8, "1": 9 } },
    { key: `save_counter${suffix}` },
    { key: `opt/_learning_rate${suffix}` },
    { key: `opt/_variables/2${suffix}` },
  ];
  const keys = [
    ...Object.values(inOptimiser),
    "opt/_iterations",
    "opt/_learning_rate",
    "opt/_variables/2",
    "save_counter",
  ];

  it("are those of the model, whatever shorter way leads through its optimiser", () => {
    const checkpoint = sound(
      bundleOf(
        keys.map((key) => variable(key)),
        keras3({ net: 1 }),
      ),
    );
    expect([...checkpoint.tensors.keys()].sort()).toEqual(["net/_layers/0/_kernel", "net/_layers/0/bias"]);
    expect([...checkpoint.slots.keys()].sort()).toEqual(keys.slice(2).sort());
  });

  it("are the optimiser's where nothing else holds the weights: none is lost", () => {
    const checkpoint = sound(
      bundleOf(
        keys.map((key) => variable(key)),
        keras3({}),
      ),
    );
    expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.values(inOptimiser));
  });
});

it("a saver of TensorFlow 1 keeps what its optimiser had beside each variable", () => {
  const all = ["conv/weights", "conv/weights/Adam", "conv/weights/Adam_1", "conv/biases", "beta1_power", "global_step"];
  const checkpoint = sound(bundleOf(all.map((key) => ({ key, numbers: [1], shape: [1] }))));
  expect([...checkpoint.tensors.keys()]).toEqual(["conv/biases", "conv/weights"]);
  expect(checkpoint.slots.size).toBe(4);
});

describe("a partitioned variable", () => {
  type Ranges = readonly (readonly [number, number])[];
  const whole = (shape: readonly number[]) => ({ key: "emb", numbers: [], shape, entry: { sliced: true, size: 0 } });
  const slice = (ranges: Ranges, shape: readonly number[], numbers: readonly number[]) => ({
    key: sliceKey("emb", ranges),
    numbers,
    shape,
  });
  const rows = [
    whole([3, 2]),
    slice(
      [
        [0, 2],
        [0, -1],
      ],
      [2, 2],
      [1, 2, 3, 4],
    ),
    slice(
      [
        [2, 1],
        [0, -1],
      ],
      [1, 2],
      [5, 6],
    ),
  ];

  it("is joined along its first axis", () => {
    const checkpoint = sound(bundleOf(rows));
    expect([...checkpoint.tensors.keys()]).toEqual(["emb"]);
    expect(checkpoint.tensors.get("emb")?.shape).toEqual([3, 2]);
    expect(numbers(checkpoint, "emb")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is joined along another one, row by row", () => {
    const columns = [
      whole([2, 3]),
      slice(
        [
          [0, -1],
          [0, 1],
        ],
        [2, 1],
        [1, 4],
      ),
      slice(
        [
          [0, -1],
          [1, 2],
        ],
        [2, 2],
        [2, 3, 5, 6],
      ),
    ];
    expect(numbers(sound(bundleOf(columns)), "emb")).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("may be large", () => {
    const [first, second] = [new Array<number>(5000).fill(1), new Array<number>(300).fill(2)];
    const long = [whole([5300]), slice([[0, 5000]], [5000], first), slice([[5000, 300]], [300], second)];
    expect(numbers(sound(bundleOf(long)), "emb")).toEqual([...first, ...second]);
  });

  it.each([
    [
      "a hole",
      [
        whole([4, 2]),
        ...rows.slice(1, 2),
        slice(
          [
            [3, 1],
            [0, -1],
          ],
          [1, 2],
          [5, 6],
        ),
      ],
      "do not meet at 2 of axis 0",
    ],
    ["an end too soon", [whole([9, 2]), ...rows.slice(1)], "end at 3 of axis 0"],
    [
      "two axes",
      [
        whole([2, 2]),
        ...[0, 1].map((i) =>
          slice(
            [
              [i, 1],
              [i, 1],
            ],
            [1, 1],
            [i],
          ),
        ),
      ],
      "axes 0 and 1",
    ],
    ["no slice", [whole([4, 2])], "none of them is there"],
    [
      "a shape that is not its range",
      [
        whole([3, 2]),
        slice(
          [
            [0, 3],
            [0, -1],
          ],
          [2, 2],
          [1, 2, 3, 4],
        ),
      ],
      "24 bytes",
    ],
  ])("says what is wrong: %s", (_title, tensors, message) => {
    expect(problemOf(bundleOf(tensors))).toContain(message);
    expect(problemOf(bundleOf(tensors))).toContain("emb");
  });

  it("has a checksum for each slice", () => {
    const damaged = rows.map((row, i) => (i === 2 ? { ...row, entry: { crc: 1 } } : row));
    expect([...sound(bundleOf(damaged)).pieces("emb")].at(-1)).toMatchObject({
      problem: expect.stringContaining("checksum"),
    });
  });

  it("ends in words or in a checkpoint, whatever the bytes of its key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const key = String.fromCharCode(0, ...bytes);
        const answer = opened(bundleOf([whole([3, 2]), { key, numbers: [1], shape: [1] }]));
        return isProblem(answer) && answer.problem.length > 0;
      }),
    );
  });
});

describe("refuses", () => {
  const entry = (more: object): TestBundle => bundleOf([{ ...variable("a"), entry: more }]);
  it.each([
    ["a range beyond the data", entry({ offset: 2 ** 40 }), "which has 12"],
    ["a size that is not that of the shape", entry({ size: 2 ** 40 }), "of 12 bytes, but its data has"],
    ["a data file beyond their number", entry({ shard: 7 }), "names data file 7"],
    ["slices", entry({ sliced: true }), "slices"],
    [
      "a shape beyond everything",
      bundleOf([{ key: "a", numbers: [], shape: [2 ** 40, 2 ** 40] }]),
      "bytes, but its data has 0",
    ],
    [
      "two tensors at one place",
      bundleOf([variable("a"), { ...variable("b"), entry: { offset: 4 } }, variable("c")]),
      "same place",
    ],
    ["big-endian files", bundleOf([variable("a")], [], { endianness: 1 }), "big-endian"],
    ["a later format", bundleOf([variable("a")], [], { minConsumer: 9 }), "version 9"],
    ["a compressed index", { index: tableAround([blockOf([], 1)]), shards: [] }, "compressed"],
    ["an empty index", { index: tableAround([]), shards: [] }, "no header"],
    ["something else", { index: new Uint8Array(1000), shards: [] }, "no index of a TensorFlow checkpoint"],
  ])("%s", (_title, bundle, message) => expect(problemOf(bundle)).toContain(message));

  it("a wrong checksum of a tensor, when it is read", () => {
    const checkpoint = sound(entry({ crc: 1 }));
    expect([...checkpoint.pieces("a")].at(-1)).toEqual({
      problem: "the checksum of a does not match: the file is damaged",
    });
  });

  it("names that unfold without end", () => {
    const empty = new Uint8Array(0);
    const long = new Uint8Array(4000).fill(0x61);
    const entries = Array.from({ length: 40_000 }, (_, i) => ({
      shared: i === 0 ? 0 : 4000,
      key: i === 0 ? long : empty,
      value: empty,
    }));
    expect(problemOf({ index: tableAround([blockOf(entries)]), shards: [] })).toContain("names together are longer");
  });

  it("a chain of objects whose names unfold without end", () => {
    const count = 20_000;
    const keys = Array.from({ length: count }, (_, i) => `k${i}`);
    const nodes = keys.map((key, i) => ({ key: key + suffix, children: { next: i + 1 } }));
    const bundle = bundleOf([variable("k1")], [...nodes, {}]);
    expect(problemOf(bundle)).toContain("names of its object graph are longer");
  });

  it("entries by the million", () => {
    const empty = new Uint8Array(0);
    const entries = Array.from({ length: 500_001 }, () => ({ shared: 0, key: empty, value: empty }));
    expect(problemOf({ index: tableAround([blockOf(entries)]), shards: [] })).toContain("more than 500000 entries");
  });

  it("objects by the million", () => {
    const nodes = Array.from({ length: 1_000_001 }, () => ({}));
    expect(problemOf(bundleOf([variable("a")], nodes))).toContain("too many fields");
  });

  it("a tensor of a thousand axes", () => {
    const shape = Array.from({ length: 1000 }, () => 1);
    expect(problemOf(bundleOf([{ key: "a", numbers: [1], shape }]))).toContain("too many fields");
  });
});
