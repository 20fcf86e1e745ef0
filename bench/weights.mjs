// How much memory a file of a gigabyte takes: node bench/weights.mjs
// Once as many tensors (Hourglass-100, wide) and once as a single large one (FC), as safetensors and as a TensorFlow
// checkpoint. The goal is 1.2 times the file.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { run } from "./measure.mjs";

/** The makers of test checkpoints, which are TypeScript. */
async function makers() {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: ["bench/makers.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** The same tensors as a TensorFlow checkpoint of one data file. */
async function asBundle(safetensors, prefix) {
  const { crc32c, fileSource, indexOf, openSafetensors } = await makers();
  const checkpoint = openSafetensors(fileSource(safetensors));
  const data = openSync(`${prefix}.data-00000-of-00001`, "w");
  const entries = [];
  let offset = 0;
  for (const { name, shape, bytes } of checkpoint.tensors.values()) {
    let crc = 0;
    for (const piece of checkpoint.pieces(name)) {
      writeSync(data, piece);
      crc = crc32c(piece, crc);
    }
    entries.push({ key: name, shape, offset, size: bytes, crc });
    offset += bytes;
  }
  closeSync(data);
  writeFileSync(`${prefix}.index`, indexOf(entries));
}

const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const at = (name) => join(folder, name);
const deepmacc = (...args) => run(["node", "dist/cli.js", ...args]);
let within = true;
try {
  for (const [title, model] of [
    ["742 tensors", ["HG[100]", "--at", "C=50", "--with", "nc=148"]],
    ["one large tensor", ["FC2", "--at", "C=50", "--with", "hidden=3800"]],
  ]) {
    const file = at("w.safetensors");
    deepmacc("weights", "init", ...model, "-o", file);
    await asBundle(file, at("ckpt"));
    const megabytes = statSync(file).size / 2 ** 20;
    for (const weights of [file, at("ckpt")]) {
      const [ref, ...more] = model;
      for (const [what, args] of [
        ["build", ["build", ref, ...more, "--weights", weights, "-o", at("m.onnx")]],
        ["convert", ["weights", "convert", weights, "-o", at("c.safetensors")]],
      ]) {
        const { cpu, memory } = deepmacc(...args);
        const share = memory / megabytes;
        within &&= share <= 1.2;
        const format = weights === file ? "safetensors" : "TensorFlow";
        console.log(
          `${title}, ${format}, ${what}: ${memory.toFixed(0)} MB for ${megabytes.toFixed(0)} MB (${share.toFixed(2)} of it), ${cpu.toFixed(1)} s CPU`,
        );
      }
    }
  }
  console.log(within ? "within the goal of 1.2 times the file" : "MISSES the goal of 1.2 times the file");
} finally {
  rmSync(folder, { recursive: true });
}
