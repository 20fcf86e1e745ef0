import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../testing.ts";
import { architectureHash, architectureText } from "./architecture.ts";
import type { Graph } from "./graph.ts";

interface Choices {
  readonly size?: string;
  readonly path?: string;
  readonly kernel?: number;
  readonly swapped?: boolean;
  readonly shared?: boolean;
  readonly init?: string;
  readonly dead?: boolean;
}

function build({
  size = "S",
  path = "conv",
  kernel = 3,
  swapped = false,
  shared = false,
  init = "he_normal",
  dead = false,
}: Choices = {}): Graph {
  const b = new GraphBuilder();
  const x = b.input(path === "conv" ? "x" : "features", ["N", size, size, 3]);
  const left = () => b.apply("conv", [x], { c: 2, k: kernel, init }, { path });
  const right = () =>
    b.apply("tanh", [
      b.apply(
        "conv",
        [x],
        { c: 2, init },
        { path: `${path}/other`, ...(shared ? { weights: b.nodes[0]?.weights ?? {} } : {}) },
      ),
    ]);
  const [r, l] = swapped ? [right(), left()] : [undefined, left()];
  if (dead) b.apply("relu", [l]);
  return b.output("y", b.apply("sub", [l, r ?? right()])).graph();
}

describe("the hash of an architecture", () => {
  const usual = architectureHash(build());

  it("is 256 bits in hexadecimal", () => {
    expect(usual).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<Choices>([
    { size: "H" },
    { path: "body/unit/conv" },
    { swapped: true },
    { init: "glorot_uniform" },
    { dead: true },
  ])("does not see %o", (choices) => {
    expect(architectureText(build(choices))).toBe(architectureText(build()));
  });

  it.each<Choices>([{ kernel: 1 }, { shared: true }])("sees %o", (choices) => {
    expect(architectureHash(build(choices))).not.toBe(usual);
  });

  it("walks deep graphs", () => {
    const b = new GraphBuilder();
    let value = b.input("x", ["N", 4]);
    for (let i = 0; i < 20_000; i++) value = b.apply("relu", [value], {}, { path: `relu${i}` });
    expect(architectureText(b.output("y", value).graph()).split("\n").length).toBe(20_003);
  });
});
