// Our ONNX file against the one that torch.onnx.export makes of the same network, both in
// onnxruntime-node, and the number of nodes against that file after onnxslim:
// node bench/speed.mjs PYTHON [HEAD...]
// PYTHON is an interpreter with what bench/requirements.txt names. A head is hg20, hg52, hg100, resnet4, resnet20 or maskrcnn.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { library, names, pythonWith, stop } from "./needs.mjs";

const python = pythonWith("torch", "onnx", "onnxslim");
const { medianRatio, openSession, percentile, timed, timeInterleaved } = await library("runtime");
const heads = {
  hg20: { ref: "HG[20]", at: "S=32,C=50", dims: [50, 32, 32] },
  hg52: { ref: "HG[52]", at: "S=32,C=50", dims: [50, 32, 32] },
  hg100: { ref: "HG[100]", at: "S=32,C=50", dims: [50, 32, 32] },
  resnet4: { ref: "ResNet[4]", at: "S=32,C=50", dims: [50, 32, 32] },
  resnet20: { ref: "ResNet[20]", at: "S=32,C=50", dims: [50, 32, 32] },
  maskrcnn: { ref: "MaskRCNN", at: "S=14,C=256", dims: [256, 14, 14] },
};
const unknown = names.find((name) => !Object.hasOwn(heads, name));
if (unknown !== undefined) stop(`there is no head ${unknown}: ${Object.keys(heads).join(", ")}`);
/** Rounds by batch size: a round at 100 takes a hundred times as long. */
const batches = [
  [1, 41],
  [8, 21],
  [100, 5],
];
const threads = process.env.THREADS ? { threads: Number(process.env.THREADS) } : {};
const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));

function files(name) {
  const { ref, at } = heads[name];
  const path = (kind) => join(folder, `${name}-${kind}.onnx`);
  for (const layout of ["nchw", "nhwc"])
    execFileSync("node", ["dist/cli.js", "build", ref, "--at", at, "--layout", layout, "-o", path(layout)]);
  execFileSync(python, ["bench/torch_export.py", name, path("torch")], { stdio: ["ignore", "ignore", "pipe"] });
  const counts = execFileSync(python, ["bench/count_nodes.py", path("nchw"), path("nhwc"), path("torch")]);
  console.log(`${name}: nodes of ours, ours (nhwc), torch, torch slimmed: ${counts.toString().trim()}`);
  return ["nchw", "nhwc", "torch"].map(path);
}

function feedOf([c, h, w], n, layout) {
  const data = Float32Array.from({ length: n * c * h * w }, (_, i) => Math.sin(i * 0.37));
  return { dims: layout === "nhwc" ? [n, h, w, c] : [n, c, h, w], data };
}

async function measure(name) {
  const sessions = await Promise.all(files(name).map((file) => openSession(file, threads)));
  for (const [n, runs] of batches) {
    const candidates = sessions.map((session, i) => {
      const [port] = session.manifest.inputs;
      const feeds = { [port.name]: feedOf(heads[name].dims, n, i === 1 ? "nhwc" : "nchw") };
      return { name, run: () => timed(() => session.run(feeds)) };
    });
    const [ours, last, torch] = await timeInterleaved(candidates, { runs, warmups: 2 });
    const text = (samples) => `${percentile(samples, 0.5).toFixed(1)} ms`;
    const verdict = medianRatio(ours, torch) <= 1.03 ? "" : "  MISSES 1.00 with 3 % for noise";
    console.log(
      `  N = ${n}: ours ${text(ours)}, ours (nhwc) ${text(last)}, torch ${text(torch)}: ` +
        `${medianRatio(ours, torch).toFixed(3)} and (nhwc) ${medianRatio(last, torch).toFixed(3)} of torch's time${verdict}`,
    );
  }
  for (const session of sessions) await session.close();
}

try {
  for (const name of names.length > 0 ? names : Object.keys(heads)) await measure(name);
} finally {
  rmSync(folder, { recursive: true });
}
