// Writes the scenes of one data seed, train and val, each as one safetensors file:
//   images [n, 64, 64, 3], ids [n, 64, 64] (the instance that is on top, or 0), and
//   instances [m, 8]: image, id, category, x0, y0, x1, y1, area.
// Worker threads draw ranges of indices; the files are the same however many there are.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type TensorToWrite, writeSafetensors } from "../../checkpoints/index.ts";
import { classes, drawScene, type Split, sceneSize } from "../../data/index.ts";

interface Range {
  readonly seed: number;
  readonly split: Split;
  readonly from: number;
  readonly to: number;
}

interface Drawn {
  readonly images: Uint8Array;
  readonly ids: Uint8Array;
  readonly instances: readonly number[];
}

function draw({ seed, split, from, to }: Range): Drawn {
  const pixels = sceneSize ** 2;
  const [images, ids] = [new Uint8Array((to - from) * pixels * 3), new Uint8Array((to - from) * pixels)];
  const instances: number[] = [];
  for (let index = from; index < to; index++) {
    const scene = drawScene(seed, split, index);
    images.set(scene.pixels, (index - from) * pixels * 3);
    ids.set(scene.ids, (index - from) * pixels);
    for (const { id, category, box, area } of scene.instances) instances.push(index, id, category, ...box, area);
  }
  return { images, ids, instances };
}

const drawApart = (range: Range): Promise<Drawn> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: range });
    worker.once("message", resolve).once("error", reject);
  });

async function write(seed: number, split: Split, count: number, folder: string): Promise<void> {
  const step = Math.ceil(count / availableParallelism());
  const starts = Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
  const parts = await Promise.all(
    starts.map((from) => drawApart({ seed, split, from, to: Math.min(count, from + step) })),
  );
  const instances = parts.flatMap((part) => part.instances);
  const numbers = new Uint8Array(Int32Array.from(instances).buffer);
  const tensors: readonly TensorToWrite[] = [
    { name: "images", dtype: "U8", shape: [count, sceneSize, sceneSize, 3], content: () => parts.map((p) => p.images) },
    { name: "ids", dtype: "U8", shape: [count, sceneSize, sceneSize], content: () => parts.map((p) => p.ids) },
    { name: "instances", dtype: "I32", shape: [instances.length / 8, 8], content: () => [numbers] },
  ];
  const notes = { classes: classes.map(({ name }) => name).join(","), seed: String(seed), split };
  const path = join(folder, `scenes-${seed}-${split}.safetensors`);
  writeFileSync(path, Buffer.concat([...writeSafetensors(tensors, notes).chunks()]));
  console.log(`${path}: ${count} images, ${instances.length / 8} instances`);
}

if (isMainThread) {
  const [folder, ...seeds] = argv.slice(2);
  if (!folder || seeds.length === 0 || seeds.some((seed) => !/^\d+$/.test(seed))) {
    console.error("usage: generate FOLDER SEED...    (5000 train and 500 val images for each seed)");
    process.exit(2);
  }
  for (const seed of seeds.map(Number)) {
    await write(seed, "train", 5000, folder);
    await write(seed, "val", 500, folder);
  }
} else parentPort!.postMessage(draw(workerData as Range));
