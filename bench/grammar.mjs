// Reading a text against its length: node bench/grammar.mjs
// Each shape at a tenth of the limit of words and marks, and at the limit: ten times the text may take ten times the time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.mjs";

const many = (count, part) => Array.from({ length: count }, (_, index) => part(index)).join("");
/** How many tokens one part has, and the text of `count` parts. */
const shapes = {
  "numbers in a list": [2, (count) => `const a = [${many(count, (i) => `${i % 100}, `)}]`],
  "lets in a body": [
    6,
    (count) => `block A on x: [.., C] {\n${many(count, (i) => `  let y${i} = x -> relu\n`)}  return x\n}`,
  ],
  "rows of a table": [5, (count) => `table T {\n  | a | b |\n${many(count, (i) => `  | ${i} | 2 |\n`)}}`],
  "terms of a sum": [2, (count) => `const a = ${many(count, () => "1 + ")}1`],
  constants: [4, (count) => many(count, (i) => `const a${i} = 3\n`)],
};

const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const idle = run(["node", "dist/cli.js", "--version"]).cpu;
try {
  for (const [name, [tokens, text]] of Object.entries(shapes)) {
    let first;
    for (const words of [25_000, 250_000]) {
      writeFileSync(join(folder, "m.dm"), `dm 1\n${text(Math.floor((words - 20) / tokens))}\n`);
      const { cpu, memory } = run(["node", "dist/cli.js", "check", join(folder, "m.dm")]);
      first ??= cpu - idle;
      const growth = words === 25_000 ? "" : `, ${((cpu - idle) / first).toFixed(1)} times the tenth`;
      console.log(`${words} words, ${name}: ${cpu.toFixed(2)} s CPU, ${memory.toFixed(0)} MB${growth}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
