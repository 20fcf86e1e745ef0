import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { name } from "../../ops/kit/python.ts";
import {
  addDims,
  ceilDivide,
  type Dim,
  evaluateDim,
  floorDivide,
  multiplyDims,
  variable,
} from "../../sizes/dim/dim.ts";
import { contains, sizesAtLeast, sizesModulo, sizesOf, unite } from "../../sizes/set/set.ts";
import { flat } from "./printer.ts";
import { refusals, sizeOf } from "./sizes.ts";

/** The Python of these expressions, run as JavaScript. */
const run = (text: string, values: Readonly<Record<string, number>>): unknown => {
  const script = text
    .replace(/(\w+(?: % \d+)?) not in \(([^)]*)\)/g, "![$2].includes($1)")
    .replace(/(\w+(?: % \d+)?) in \(([^)]*)\)/g, "[$2].includes($1)")
    .replace(/\bnot \(/g, "!(")
    .replace(/ and /g, " && ")
    .replace(/ or /g, " || ")
    .replace(/==/g, "===")
    .replace(/!=(?!=)/g, "!==");
  return new Function(...Object.keys(values), `return (${script})`)(...Object.values(values));
};

describe("size rules", () => {
  const sets = [
    sizesModulo(32, [0]),
    sizesModulo(128, [0, 125, 126, 127]),
    sizesModulo(4, [0, 1, 2]),
    sizesAtLeast(7),
    sizesOf([3, 5, 8]),
    unite(sizesModulo(4, [0]), sizesOf([1, 2])),
  ];
  it.each(sets.map((set, i) => [i, set] as const))("refuse exactly the sizes that do not work (%i)", (_, set) => {
    const tests = refusals(set, name("s")).map(flat);
    for (let s = 1; s <= 300; s++) {
      expect(
        tests.some((test) => run(test, { s })),
        `${tests.join(" | ")} at ${s}`,
      ).toBe(!contains(set, s));
    }
  });
});

it("sizes are the same numbers in Python", () => {
  const h = variable("h");
  const dim: fc.Arbitrary<Dim> = fc.letrec<{ dim: Dim }>((tie) => ({
    dim: fc.oneof(
      { maxDepth: 4 },
      fc.constant(h),
      fc.integer({ min: -3, max: 5 }),
      fc.tuple(tie("dim"), tie("dim")).map(([a, b]) => addDims(a, b)),
      fc.tuple(tie("dim"), fc.integer({ min: -2, max: 3 })).map(([a, b]) => multiplyDims(a, b)),
      fc.tuple(tie("dim"), fc.integer({ min: 2, max: 5 })).map(([a, b]) => floorDivide(a, b)),
      fc.tuple(tie("dim"), fc.integer({ min: 2, max: 5 })).map(([a, b]) => ceilDivide(a, b)),
    ),
  })).dim;
  fc.assert(
    fc.property(dim, fc.integer({ min: 1, max: 200 }), (d, size) => {
      const text = flat(sizeOf(d, name));
      expect(evaluatePython(text, size), text).toBe(evaluateDim(d, new Map([["h", size]])));
    }),
  );
});

/** A tiny reader of sums, products and floor divisions. */
function evaluatePython(text: string, h: number): number {
  const tokens = text.match(/\/\/|[-+*()]|\w+/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "-") return -atom();
    if (token !== "(") return token === "h" ? h : Number(token);
    const value = sum();
    at++;
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[at] === "*" || tokens[at] === "//") {
      const isProduct = tokens[at++] === "*";
      value = isProduct ? value * atom() : Math.floor(value / atom());
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value += tokens[at++] === "+" ? product() : -product();
    return value;
  };
  return sum() + 0;
}
