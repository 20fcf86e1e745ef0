// What tfjs knows of sizes before it runs is what the types say: numbers where they are known, null where free.
import fc from "fast-check";
import { expect, it } from "vitest";
import { emitModel, loadPlain } from "./run-tfjs.ts";
import { flag, type Sampler, samplers, trialOf } from "./samplers.ts";

it.each(Object.keys(samplers))("%s", async (op) => {
  const cases = fc.tuple(samplers[op] as Sampler, flag, op === "reshape" ? fc.constant(false) : flag);
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      const { graph } = trialOf(op, ...drawn);
      const model = await loadPlain(emitModel(graph));
      const wanted = graph.outputs.map(({ value }) => value.type.dims.map((d) => (typeof d === "number" ? d : null)));
      expect(model.outputs.map(({ shape }) => shape)).toEqual(wanted);
      model.dispose();
    }),
    { numRuns: 15, seed: 4 },
  );
});
