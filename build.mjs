// Builds what the package ships: the command line as one program with lazily loaded parts, the rooms as
// libraries, and the declarations for consumers. `--no-types` leaves the declarations out.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");

/** Names stay readable, so that a stack trace of a user tells us something. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2023",
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  external: ["onnxruntime-node", "onnxruntime-web", "@tensorflow/*", "sharp"],
};

/** Libraries run wherever JavaScript runs. Only the runtime and the command line know Node. */
const libraries = [
  {
    entryPoints: {
      index: "index.ts",
      grammar: "grammar/index.ts",
      checkpoints: "checkpoints/index.ts",
      vision: "vision/index.ts",
      segment: "runtime/segment/index.ts",
      compiler: "compiler/index.ts",
      "compiler/onnx": "compiler/onnx.ts",
      "compiler/tfjs": "compiler/tfjs.ts",
      "compiler/torch": "compiler/torch.ts",
    },
    platform: "neutral",
    mainFields: ["module", "main"],
    // What several of them need is one file, which whoever imports two of them loads once.
    splitting: true,
    chunkNames: "shared/[hash]",
  },
  { entryPoints: { tfjs: "tfjs/entry.ts" }, platform: "neutral" },
  { entryPoints: { runtime: "runtime/index.ts" }, platform: "node" },
];

/** What starts, and the program that it runs as one script; see cli/launch.ts. */
const launcher = { entryPoints: { cli: "cli/launch.ts" }, platform: "node" };
const program = {
  entryPoints: { program: "cli/main.ts" },
  platform: "node",
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  define: { "import.meta.url": "programUrl" },
  // V8 forgets how a script imports when it takes it from a cache; engines are asked for by `require`.
  supported: { "dynamic-import": false },
};

async function bundles() {
  for (const library of libraries) await build({ ...common, ...library, outdir: dist });
  for (const part of [launcher, program]) await build({ ...common, ...part, outdir: dist });
  const bin = join(dist, "cli.js");
  const text = readFileSync(bin, "utf8");
  if (!text.startsWith("#!")) throw new Error("dist/cli.js lost its first line");
  chmodSync(bin, 0o755);
  keepCompiled(bin);
}

/** A build of a small model goes through most of the program. */
function keepCompiled(bin) {
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-build-"));
  const command = ["build", "specs/hg20.dm", "--with", "nc=4", "-o", join(folder, "model.onnx"), "--verify", "off"];
  const env = { ...process.env, DEEPMACC_KEEP_COMPILED: "1" };
  const { status, stderr } = spawnSync(process.execPath, [bin, ...command], { cwd: root, env, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`the program that was built does not run: ${stderr}`);
}

function declarations() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.types.json"], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  for (const file of filesBelow(join(dist, "types"))) writeFileSync(file, withJsExtensions(readFileSync(file, "utf8")));
}

/** `./span.ts` names a file that the package does not hold; `./span.js` finds `span.d.ts` for every consumer. */
function withJsExtensions(text) {
  return text.replace(/((?:from|import)\s*\(?\s*["']\.{1,2}\/[^"']+)\.ts(["'])/g, "$1.js$2");
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

rmSync(dist, { recursive: true, force: true });
await bundles();
if (!process.argv.includes("--no-types")) declarations();
