// The size rule of every shipped architecture, against asking each size on its own.
import { expect, it } from "vitest";
import { checkModel, summarize } from "../../compiler/index.ts";
import { backboneFiles, headFiles, type Spec, specsIn } from "../specs.ts";
import { keepsRule } from "./rule-text.ts";

const largest = 400;

/** The free sizes of a model that are not the batch or its channels. */
function freeSizes({ program, request }: Spec): { readonly requires: string; readonly names: readonly string[] } {
  const { summary } = summarize(program, request);
  const dims = summary?.inputs.flatMap(({ shape }) => [...shape.matchAll(/\b[A-Z]\w*/g)].map(([name]) => name)) ?? [];
  return {
    requires: summary?.requires ?? "no summary",
    names: [...new Set(dims)].filter((name) => !["N", "C", "K"].includes(name)),
  };
}

function works({ program, request }: Spec, at: Readonly<Record<string, number>>): boolean {
  return !checkModel(program, { ...request, at }).some(({ severity }) => severity === "error");
}

// The published SpineNets share one wiring, and the depths of a ResNet its strides, so one of them stands for all.
const specs = specsIn([...headFiles, ...backboneFiles]).filter(
  ({ title }) => title === "SpineNet[49]" || !/^SpineNet|(Classifier|FPN)\[(34|50|101|152)\]/.test(title),
);

it.each(specs.map((spec) => [spec.title, spec] as const))("%s", (_, spec) => {
  const { requires, names } = freeSizes(spec);
  for (const name of names) {
    // The other axis stays at a size that every backbone takes.
    const others = Object.fromEntries(names.filter((other) => other !== name).map((other) => [other, 512]));
    for (let size = 1; size <= largest; size++) {
      const at = { ...others, [name]: size };
      if (works(spec, at) !== keepsRule(requires, name, size))
        expect.fail(`${spec.title} at ${name} = ${size} against "${requires}"`);
    }
  }
});
