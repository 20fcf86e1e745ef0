// Does the file compute what the original computed? node compare.mjs MODEL.onnx
import { readFileSync } from "node:fs";
import { memorySource, numbersOf, openSafetensors } from "deepmacc/checkpoints";
import { openSession } from "deepmacc/runtime";

const sample = openSafetensors(memorySource(readFileSync(new URL("sample.safetensors", import.meta.url))));
const array = (name) => {
  const { shape, dtype } = sample.tensors.get(name);
  return { dims: shape, data: numbersOf(dtype, Buffer.concat([...sample.pieces(name)])) };
};

const session = await openSession(process.argv[2]);
if ("failure" in session) throw new Error(session.message);
const { output } = await session.run({ image: array("x") });
const { data: expected } = array("y");
const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - output.data[i])), 0);
const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
console.log(`${expected.length} numbers, off by at most ${(difference / scale).toExponential(1)} of the largest`);
process.exitCode = difference / scale < 1e-5 ? 0 : 1;
