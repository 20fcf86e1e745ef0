// Compile time against the number of nodes: node bench/linear.mjs
// The peer is the smallest network of the same run: ten times the nodes may take ten times the time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.mjs";

const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const idle = run(["node", "dist/cli.js", "--version"]).cpu;
let first;
try {
  for (const nodes of [3_000, 10_000, 30_000, 100_000]) {
    const text = `dm 1\nmodel M on x: f32[N, 8, 8, 4] = x -> chain i in 0..${Math.floor(nodes / 3)} { conv(4) -> bn -> relu }\n`;
    writeFileSync(join(folder, "m.dm"), text);
    const { cpu, memory } = run([
      "node",
      "dist/cli.js",
      "build",
      join(folder, "m.dm"),
      "--target",
      "onnx",
      "-o",
      join(folder, "m.onnx"),
      "--verify",
      "off",
    ]);
    const perNode = ((cpu - idle) / nodes) * 1e6;
    first ??= perNode;
    console.log(
      `${nodes} nodes: ${cpu.toFixed(2)} s CPU, ${memory.toFixed(0)} MB, ${perNode.toFixed(0)} µs a node (${(perNode / first).toFixed(2)} of the smallest)`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
