// Masks to COCO's JSON and back, and their overlaps, against pycocotools on the same masks in turn: each side starts from
// what the other starts from, pixels or compressed strings. node bench/rle.mjs PYTHON
// PYTHON is an interpreter with what bench/requirements.txt names. MASKS, HEIGHT, WIDTH and RUNS may be set.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { library, pythonWith } from "./needs.mjs";

const python = pythonWith("numpy", "pycocotools");
const { decodeMask, encodeMask, maskIou, rleFromCoco, rleToCoco } = await library("vision");
const { medianRatio, percentile, timeInterleaved } = await library("runtime");
const count = Number(process.env.MASKS ?? 200);
const size = { height: Number(process.env.HEIGHT ?? 480), width: Number(process.env.WIDTH ?? 640) };
const runs = Number(process.env.RUNS ?? 21);

/** A body with a wavy outline at any place of the image, as masks of things are. */
function thing(seed) {
  const { height, width } = size;
  const part = (factor) => (Math.sin(seed * factor) + 1) / 2;
  const [y, x, radius] = [part(12.9) * height, part(78.2) * width, (0.05 + 0.3 * part(37.7)) * height];
  return Uint8Array.from({ length: height * width }, (_, at) => {
    const [down, right] = [Math.floor(at / width) - y, (at % width) - x];
    const edge = radius * (1 + 0.2 * Math.sin(7 * Math.atan2(down, right) + seed));
    return Number(down * down + right * right < edge * edge);
  });
}

const rows = Array.from({ length: count }, (_, seed) => thing(seed));
const columns = rows.map((mask) => decodeMask(encodeMask(mask, size), "columns"));
const encoded = rows.map((mask) => rleToCoco(encodeMask(mask, size)));
const half = count >> 1;
const crowds = Array.from({ length: count - half }, (_, at) => at % 10 === 0);
const overlaps = () => {
  const masks = encoded.map(rleFromCoco);
  return maskIou(masks.slice(0, half), masks.slice(half), crowds);
};
const work = {
  encode: () => columns.map((mask) => rleToCoco(encodeMask(mask, size, "columns"))),
  "encode rows": () => rows.map((mask) => rleToCoco(encodeMask(mask, size))),
  decode: () => encoded.map((rle) => decodeMask(rleFromCoco(rle), "columns")),
  "decode rows": () => encoded.map((rle) => decodeMask(rleFromCoco(rle))),
  iou: overlaps,
};

const folder = mkdtempSync(join(tmpdir(), "deepmacc-bench-"));
const file = join(folder, "masks");
writeFileSync(file, Buffer.concat(rows));
const peer = spawn(python, ["bench/rle.py", file, String(size.height), String(size.width)], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

async function peerTime(name) {
  peer.stdin.write(`${name}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error("pycocotools did not answer");
  return Number(value);
}

function ourTime(name) {
  const start = performance.now();
  work[name]();
  return performance.now() - start;
}

try {
  console.log(`${count} masks of ${size.height} x ${size.width} pixels, median of ${runs}`);
  for (const name of Object.keys(work)) {
    const candidates = [
      { name: "ours", run: () => ourTime(name) },
      { name: "peer", run: () => peerTime(name) },
    ];
    const [ours, theirs] = await timeInterleaved(candidates, { runs, warmups: 3 });
    const [a, b] = [ours, theirs].map((times) => percentile(times, 0.5).toFixed(2));
    console.log(
      `  ${name.padEnd(12)} ours ${a} ms, pycocotools ${b} ms: ${medianRatio(ours, theirs).toFixed(2)} of its time`,
    );
  }
} finally {
  peer.stdin.end();
  rmSync(folder, { recursive: true });
}
