// deepmacc as a library: a text becomes a graph, the graph a file in memory, the file an answer. No file is written.
import { checkProgram, elaborate, emitOnnx, freshWeights, loadProgram, optimize, summarize } from "deepmacc/compiler";
import { positionAt } from "deepmacc/grammar";
import { isEngineFailure, openSession } from "deepmacc/runtime";

const text = `dm 1

block Unit(c: int) on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(c, bias = false) -> bn -> relu

model Head(c: int = 8, n: int = 2) on crops: f32[N, S, S, 3] -> f32[N, S, S, 1]
  = crops -> Unit(c) -> max_pool -> Unit(2 * c) * n -> upsample(2) -> conv(1, k = 1)
`;

// `read` answers the files that a text imports: from a disk, a network, an editor. This one imports nothing.
const read = () => ({ error: "this program stands alone" });
const program = loadProgram({ name: "head.dm", text }, read);
for (const { code, severity, message } of checkProgram(program)) console.log(`${severity} ${code}: ${message}`);

const request = { model: "Head", with: "n = 3" };
const { summary } = summarize(program, request);
console.log(`${summary.params} parameters, ${summary.macs} multiply-adds, for sizes with ${summary.requires}`);

const { graph } = elaborate(program, request, "infer");
const options = {
  opset: 18,
  ir: 8,
  layout: "nhwc",
  weights: freshWeights(7),
  metadata: {},
  compilerVersion: "library example",
};
const file = emitOnnx(optimize(graph, { fold: true }), options);
console.log(`${file.nodes} nodes, ${file.bytes} bytes`);

// Chunks are valid until the next one is asked for, so that a file of any size takes little memory.
const bytes = new Uint8Array(file.bytes);
let at = 0;
for (const chunk of file.chunks()) {
  bytes.set(chunk, at);
  at += chunk.length;
}

const session = await openSession(bytes);
if (isEngineFailure(session)) throw new Error(session.message);
const crops = { dims: [2, 8, 8, 3], data: new Float32Array(2 * 8 * 8 * 3).fill(0.5) };
const { output } = await session.run({ crops });
console.log(`[${crops.dims}] -> [${output.dims}] in ${session.backend}`);
await session.close();

// What is wrong comes back as data, with its place in the text.
const broken = loadProgram({ name: "broken.dm", text: text.replace("upsample(2)", "upsample(2, mode = cubic)") }, read);
for (const { code, message, span } of checkProgram(broken)) {
  const { line, column } = positionAt(span.source, span.start);
  console.log(`line ${line}, column ${column}: ${code}, ${message}`);
}
