// Some tests drive what the package ships. It is built once before them, when a source is newer.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = [
  "index.ts",
  "build.mjs",
  "package.json",
  "grammar",
  "checkpoints",
  "vision",
  "compiler",
  "tfjs",
  "runtime",
  "lab",
  "report",
  "cli",
];
const products = ["dist/cli.js", "dist/index.js", "dist/types/index.d.ts"];

function changed(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changed(join(path, name))));
}

export default function buildFirst(): void {
  const built = products.map((name) => join(root, name));
  const newest = Math.max(...sources.map((name) => changed(join(root, name))));
  if (built.every((path) => existsSync(path) && statSync(path).mtimeMs > newest)) return;
  const { status } = spawnSync(process.execPath, [join(root, "build.mjs")], { stdio: "inherit" });
  if (status !== 0) console.warn("build.mjs failed; tests of the package will say more");
}
