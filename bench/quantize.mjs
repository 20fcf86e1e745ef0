// `deepmacc quantize` against onnxruntime's own quantize_static, on the same float network and the same
// calibration inputs: accuracy on other inputs, and time. node bench/quantize.mjs PYTHON [REF...]
// PYTHON is an interpreter with what bench/requirements.txt names. BATCH and THREADS may be set.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { library, names, pythonWith } from "./needs.mjs";

const python = pythonWith("numpy", "onnx", "onnxruntime");
const { differenceOf, signalToNoise, trialArray } = await library("compiler");
const { medianRatio, openSession, percentile, timed, timeInterleaved } = await library("runtime");
const refs = names.length > 0 ? names : ["HG[20]", "HG[52]", "ResNet[20]", "MaskRCNN"];
const batch = Number(process.env.BATCH ?? 8);
const threads = process.env.THREADS ? { threads: Number(process.env.THREADS) } : {};
const dims = (ref) => (ref.startsWith("MaskRCNN") ? [256, 14, 14] : [50, 32, 32]);
const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const file = (name) => join(folder, name);

/** Standard normal. */
const randomInputs = (shape, seed) => Float32Array.from(trialArray("x", { dtype: "f32", dims: shape }, seed).data);

function writeNpy(path, shape, data) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, (header.length + 1) % 256, (header.length + 1) >> 8]);
  writeFileSync(path, Buffer.concat([start, Buffer.from(`${header}\n`), Buffer.from(data.buffer)]));
}

function build(ref) {
  const [c, h, w] = dims(ref);
  const common = [ref, "--at", `S=${h},C=${c}`, "--layout", "nchw"];
  const cli = (...args) => execFileSync("node", ["dist/cli.js", ...args]);
  writeNpy(file("inputs.npy"), [64, c, h, w], randomInputs([64, c, h, w], 5));
  cli("build", ...common, "-o", file("float.onnx"));
  cli("quantize", ...common, "--calibration", file("inputs.npy"), "-o", file("ours.onnx"));
  execFileSync(python, ["bench/quantize.py", file("float.onnx"), file("inputs.npy"), file("peer.onnx")], {
    stdio: "pipe",
  });
}

const kinds = ["float", "ours", "peer"];

/** All runs of one model, end to end. */
function joined(runs) {
  const data = Float64Array.from(runs.flatMap((run) => [...run]));
  return { dims: [data.length], data };
}

async function measure(ref) {
  build(ref);
  const sessions = await Promise.all(kinds.map((kind) => openSession(file(`${kind}.onnx`), threads)));
  const [port] = sessions[0].manifest.inputs;
  const [output] = sessions[0].manifest.outputs;
  const shape = [batch, ...dims(ref)];
  const inputs = Array.from({ length: 4 }, (_, i) => ({
    [port.name]: { dims: shape, data: randomInputs(shape, 100 + i) },
  }));
  const answers = [];
  for (const session of sessions) {
    const runs = [];
    for (const feeds of inputs) runs.push((await session.run(feeds))[output.name].data);
    answers.push(runs);
  }
  const [float, ours, peer] = answers.map(joined);
  const candidates = sessions.map((session, i) => ({
    name: kinds[i],
    run: () => timed(() => session.run(inputs[0])),
  }));
  const times = await timeInterleaved(candidates, { runs: 21, warmups: 3 });
  console.log(`${ref}, N = ${batch}`);
  times.forEach((samples, i) => console.log(`  ${kinds[i].padEnd(6)} ${percentile(samples, 0.5).toFixed(1)} ms`));
  console.log(
    `  ours against float: ${medianRatio(times[0], times[1]).toFixed(2)} times as fast; ours / peer: ${medianRatio(times[1], times[2]).toFixed(3)} of the time`,
  );
  for (const [name, answer] of Object.entries({ ours, peer })) {
    const { max, mean } = differenceOf(float, answer);
    const sqnr = signalToNoise(float, answer);
    console.log(
      `  ${name.padEnd(6)} error: largest ${(100 * max).toFixed(2)} %, mean ${(100 * mean).toFixed(3)} % of scale, SQNR ${sqnr.toFixed(1)} dB`,
    );
  }
  for (const session of sessions) await session.close();
}

try {
  for (const ref of refs) await measure(ref);
} finally {
  rmSync(folder, { recursive: true });
}
