// `build` of HG-100 against torch.onnx.export of the same network: node bench/build.mjs PYTHON
// PYTHON is an interpreter with what bench/requirements.txt names, for example .venv/bin/python.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare } from "./measure.mjs";
import { pythonWith } from "./needs.mjs";

const python = pythonWith("torch", "onnx");
const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const ours = ["node", "dist/cli.js", "build", "specs/hg100.dm", "--target", "onnx", "-o", join(folder, "ours.onnx")];
const peer = [python, "bench/torch_export.py", "hg100", join(folder, "torch.onnx")];
try {
  const { cpu, memory } = compare("build specs/hg100.dm against torch.onnx.export (TorchScript path)", ours, peer, 3);
  console.log(
    cpu <= 1 / 8 && memory < 1 / 2 ? "within the goals: 1/8 of the CPU time, 1/2 of the memory" : "MISSES a goal",
  );
} finally {
  rmSync(folder, { recursive: true });
}
