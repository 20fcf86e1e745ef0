// The files that `deepmacc run` reads and writes: the same numbers in every format, and no damage that ends otherwise than
// in a sentence.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesOf,
  type Checkpoint,
  isProblem,
  memorySource,
  numbersOf,
  openSafetensors,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import { Failure } from "../../cli/exit.ts";
import { tensorsIn } from "../../cli/run/files.ts";
import { inFolder } from "../deepmacc.ts";
import { kept } from "../released.ts";
import { head, npy, npz, prepared, ran, resultsIn, waves } from "./tensors.ts";

describe("files of tensors", () => {
  it("give the same numbers in every format", () => {
    inFolder((cwd) => {
      const data = waves(6400);
      npy(join(cwd, "x.npy"), [2, 8, 8, 50], data);
      npz(join(cwd, "x.npz"), { x: [[2, 8, 8, 50], data] });
      const tensor = { name: "x", dtype: "F32" as const, shape: [2, 8, 8, 50], content: () => bytesOf(data) };
      writeFileSync(join(cwd, "x.safetensors"), Buffer.concat([...writeSafetensors([tensor]).chunks()]));
      const outputs = ["npy", "npz", "safetensors"].map((format) => {
        ran([...head, "--input", `x.${format}`, "-o", `y.${format}`], cwd);
        return Object.values(resultsIn(join(cwd, `y.${format}`)))[0]?.data;
      });
      expect(outputs[0]?.length).toBe(128);
      expect(outputs[1]).toEqual(outputs[0]);
      expect(outputs[2]).toEqual(outputs[0]);
    });
  });

  it.each(["x.npy", "both.npz", "v.safetensors"])("%s that is damaged ends in a failure with its name", (name) => {
    inFolder((cwd) => {
      prepared(cwd);
      cpSync(join(kept, "resnet8", "values.safetensors"), join(cwd, "v.safetensors"));
      const good = readFileSync(join(cwd, name)).subarray(0, 20_000);
      const path = join(cwd, `bad-${name}`);
      const hit = fc.tuple(fc.integer({ min: -600, max: 600 }), fc.nat({ max: 255 }));
      fc.assert(
        fc.property(fc.array(hit, { minLength: 1, maxLength: 5 }), (hits) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of hits) bytes[(at + bytes.length) % bytes.length] = value;
          writeFileSync(path, bytes);
          expectFailureOnly(path);
        }),
        { numRuns: 300 },
      );
    });
  });
});

/** Reads all there is; what is wrong is said in words, with the file's name. */
function expectFailureOnly(path: string): void {
  try {
    for (const tensor of tensorsIn(path)) tensor.numbers();
  } catch (problem) {
    expect(problem).toBeInstanceOf(Failure);
    expect((problem as Failure).message).toContain(path);
  }
}

it("what was written is read by others: a safetensors file of results", () => {
  inFolder((cwd) => {
    npy(join(cwd, "x.npy"), [2, 8, 8, 50], waves(6400));
    ran([...head, "--input", "x.npy", "-o", "y.safetensors"], cwd);
    const file = openSafetensors(memorySource(readFileSync(join(cwd, "y.safetensors")))) as Checkpoint;
    expect(isProblem(file)).toBe(false);
    expect([...file.tensors.values()].map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["output", "F32", [2, 8, 8, 1]],
    ]);
    const pieces = [...file.pieces("output")].filter((piece): piece is Uint8Array => !isProblem(piece));
    expect(pieces.flatMap((piece) => Array.from(numbersOf("F32", piece))).every(Number.isFinite)).toBe(true);
  });
});
