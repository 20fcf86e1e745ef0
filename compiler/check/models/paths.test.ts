// No two nodes and no two weights have one path, whatever a text calls its parts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elaborate } from "../../compile.ts";
import type { Graph } from "../../ir/graph.ts";
import { verify } from "../../ir/verify.ts";
import { loadProgram } from "../text/program.ts";

function graphOf(text: string): Graph {
  const program = loadProgram({ name: "paths.dm", text }, () => ({ error: "" }));
  const { graph, diagnostics } = elaborate(program, { model: "M" }, "infer");
  if (!graph) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return graph;
}

const body = (text: string): Graph => graphOf(`model M on x: f32[N, 8, 8, 3] ${text}`);
const pathsOf = (graph: Graph): readonly string[] => graph.nodes.map(({ path }) => path);

describe("a name that the text gives wins over a counted one", () => {
  it("that comes later", () => {
    expect(pathsOf(body("= x -> conv(3) -> conv(3) as conv_2 -> conv(3)"))).toEqual(["conv", "conv_2", "conv_3"]);
  });

  it("that came before it", () => {
    const graph = body("= x -> conv(3) -> conv(3) -> conv(3) as conv_2 -> conv(3)");
    expect(pathsOf(graph)).toEqual(["conv", "conv_3", "conv_2", "conv_4"]);
    expect(verify(graph)).toEqual([]);
  });

  it("in every use of a block", () => {
    const graph = graphOf(`
      block B on x: [.., H, W, C] = x -> conv(3) -> conv(3) -> conv(3) as conv_2
      model M on x: f32[N, 8, 8, 3] = x -> chain i in 0..2 { B } -> B`);
    const inner = ["conv", "conv_3", "conv_2"];
    expect(pathsOf(graph)).toEqual(["chain/0", "chain/1", "b"].flatMap((use) => inner.map((path) => `${use}/${path}`)));
  });

  it("that is the name of a field", () => {
    const graph = body("{ let a = x -> conv(3) return { a: a -> conv(3), a_2: a -> conv(3), b: a } }");
    expect(pathsOf(graph)).toEqual(["a/conv", "a_3/conv", "a_2/conv"]);
  });

  it("that is the name of shared weights, which nothing else may have", () => {
    const graph = body("{ share conv_2 = conv(3) let y = x -> conv_2 return y -> conv(3) -> conv(3) -> relu }");
    const weights = graph.nodes.flatMap((node) => Object.values(node.weights).map(({ path }) => path));
    expect(weights.filter((path) => path.endsWith("kernel"))).toEqual([
      "conv_2/kernel",
      "conv/kernel",
      "conv_3/kernel",
    ]);
  });

  it("and nothing moves where there is no clash", () => {
    expect(pathsOf(body("{ let conv_2 = x -> relu return conv_2 -> conv(3) -> conv(3) }"))).toEqual([
      "conv_2/relu",
      "conv",
      "conv_2",
    ]);
  });
});

describe("paths of random bodies", () => {
  const names = ["conv_4", "conv_2", "conv_3", "conv_2_2", "relu_2", "chain_2", "b_2", "repeat_2"];
  const stage = fc.constantFrom("conv(3)", "relu", "B", "chain i in 0..2 { conv(3) }", "shared_2", "conv(3) * 2");
  const part = fc.tuple(fc.array(stage, { minLength: 1, maxLength: 5 }), fc.nat(7));

  it("are all different", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.uniqueArray(fc.nat(7)), (parts, pinned) => {
        const given = pinned.map((index) => names[index] as string);
        const lines = parts.map(([stages, at], index) => {
          const name = given[index];
          const flow = stages.map((each, i) => (i === at % stages.length && name ? `${each} as ${name}` : each));
          return `let v${index + 1} = v${index} -> ${flow.join(" -> ")}`;
        });
        const graph = graphOf(`
          block B on x: [.., H, W, C] = x -> conv(3) -> conv(3) -> conv(3) as conv_2
          model M on v0: f32[N, 8, 8, 3] {
            share shared_2 = B
            ${lines.join("\n")}
            return v${parts.length} -> conv(3) -> conv(3)
          }`);
        expect(verify(graph)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
