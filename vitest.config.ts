import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["tests/build-first.ts"],
    include: [
      "{grammar,checkpoints,vision,data,compiler,tfjs,runtime,lab,report,cli,tests,examples,studies}/**/*.test.ts",
    ],
    // Tests of the command line start processes, and two cores are what the build machine has: a limit against hanging,
    // not a claim about speed.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Every test here is independent of the others' modules, so a thread may be used again.
    pool: "threads",
  },
});
