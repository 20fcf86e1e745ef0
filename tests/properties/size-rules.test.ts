import fc from "fast-check";
import { expect, it } from "vitest";
import { loadProgram, summarize } from "../../compiler/index.ts";
import { randomNet } from "./random-nets.ts";
import { keepsRule } from "./rule-text.ts";

const noImports = () => ({ error: "no imports here" });

it("infers the exact sizes of 2,000 random networks", { timeout: 120_000 }, () => {
  let free = 0;
  let ruled = 0;
  let impossible = 0;
  fc.assert(
    fc.property(randomNet, (net) => {
      const program = loadProgram({ name: "net.dm", text: net.text }, noImports);
      const { summary, diagnostics: all } = summarize(program, {});
      const diagnostics = all.filter(({ severity }) => severity === "error");
      const message = diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n");
      if (!summary) {
        impossible++;
        expect(["DM4104", "DM4201", "DM4202", "DM4205"], message).toContain(diagnostics[0]?.code);
      } else if (summary.requires === "") free++;
      else ruled++;
      for (let size = 1; size <= 400; size++) {
        const predicted = summary ? keepsRule(summary.requires, "S", size) : false;
        if (predicted !== (net.run(size) !== undefined)) {
          throw new Error(
            `S = ${size} ${predicted ? "does not work" : "works"}, but the rule is "${summary?.requires ?? message}"\n${net.text}`,
          );
        }
      }
    }),
    { numRuns: 2000, seed: 104_613 },
  );
  // The generator must not degenerate into one kind of network.
  expect(Math.min(free, ruled, impossible)).toBeGreaterThan(100);
});
