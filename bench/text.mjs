// CPU time and memory of `check` against the length of a text: node bench/text.mjs
// The peer is the text of half the length: twice the text may take twice the time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.mjs";

const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** A chain of blocks or imports of blocks meets a limit (exit 5) after 400. */
const texts = {
  "rows of a table": (n) => `table T {\n| a | b |\n${lines(n, (i) => `| ${i} | ${i} |`)}\n}`,
  "mappings in a chain": (n) =>
    `${lines(n, (i) => `mapping A${i} { "a/<A${i + 1}>" => "b/<A${i + 1}>" }`)}\nmapping A${n} { "x" => "y" }`,
  "blocks in a chain": (n) =>
    `block B0 on x: [.., C] = x -> relu\n${lines(n, (i) => `block B${i + 1} on x: [.., C] = x -> B${i}`)}`,
  "constants in a chain": (n) => `${lines(n, (i) => `const c${i} = c${i + 1} + 1`)}\nconst c${n} = 1`,
  "tables in a chain": (n) =>
    `${lines(n, (i) => `table T${i} {\n| a | b |\n| 1 | T${i + 1}[1].b + 1 |\n}`)}\ntable T${n} {\n| a | b |\n| 1 | 2 |\n}`,
  lets: (n) =>
    `model M on x: f32[N, 8] {\n${lines(n, (i) => `let a${i + 1} = ${i === 0 ? "x" : `a${i}`} -> relu`)}\nreturn a${n}\n}`,
};

const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const idle = run(["node", "dist/cli.js", "--version"]).cpu;
try {
  for (const [title, textOf] of Object.entries(texts)) {
    let before;
    for (const count of [1000, 2000, 4000, 8000]) {
      writeFileSync(join(folder, "t.dm"), `dm 1\n${textOf(count)}\n`);
      const { cpu, memory } = run(["node", "dist/cli.js", "check", join(folder, "t.dm")], [0, 5]);
      const own = cpu - idle;
      const ratio = before === undefined ? "" : `, ${(own / before).toFixed(2)} of half the length`;
      console.log(`${count} ${title}: ${own.toFixed(2)} s CPU, ${memory.toFixed(0)} MB${ratio}`);
      before = own;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
