// Compile time against the number of nodes, for every target: node bench/linear.mjs [onnx|tfjs|torch …]
// The peer is the smallest network of the same run: ten times the nodes may take ten times the time. Two shapes of
// text: a chain of one stage, and a `let` for every layer, of which each has a name of its own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.mjs";

const head = "dm 1\nmodel M on x: f32[N, 8, 8, 4]";
const shapes = {
  chain: {
    perStage: 3,
    text: (stages) => `${head} = x -> chain i in 0..${stages} { conv(4) -> bn -> relu }\n`,
  },
  lets: {
    perStage: 1,
    text: (stages) => {
      const lets = Array.from({ length: stages }, (_, i) => `  let a${i + 1} = a${i} -> conv(4)`);
      return `${head} {\n  let a0 = x -> relu\n${lets.join("\n")}\n  return a${stages}\n}\n`;
    },
  },
};

const targets = process.argv.length > 2 ? process.argv.slice(2) : ["onnx", "tfjs", "torch"];
const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const idle = run(["node", "dist/cli.js", "--version"]).cpu;
const built = (file, target, output) =>
  run(["node", "dist/cli.js", "build", file, "--target", target, "-o", output, "--verify", "off"]);

try {
  for (const target of targets) {
    for (const [name, { perStage, text }] of Object.entries(shapes)) {
      let first;
      for (const stages of [2_500, 5_000, 10_000, 20_000]) {
        const file = join(folder, "m.dm");
        writeFileSync(file, text(stages));
        const output = join(folder, `${name}-${stages}.${target}`);
        const { cpu, memory } = built(file, target, output);
        rmSync(output, { recursive: true, force: true });
        const nodes = stages * perStage;
        const perNode = ((cpu - idle) / nodes) * 1e6;
        first ??= perNode;
        console.log(
          `${target} ${name} ${stages} stages, ${nodes} nodes: ${cpu.toFixed(2)} s CPU, ${memory.toFixed(0)} MB, ${perNode.toFixed(0)} µs a node (${(perNode / first).toFixed(2)} of the smallest)`,
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
