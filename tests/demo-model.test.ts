// The trained model in the box, from its text and weights to masks, on drawn shapes that it has never seen.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drawScene, sceneSize } from "../data/index.ts";
import { isEngineFailure, openSession, segment, systemOf } from "../runtime/index.ts";
import { encodeMask, maskIou } from "../vision/index.ts";
import { deepmacc, inFolder, root } from "./deepmacc.ts";

const weights = join(root, "models/demo/demo.safetensors");

describe("models/demo", () => {
  it("is small", () => {
    expect(existsSync(weights)).toBe(true);
    expect(statSync(weights).size).toBeLessThan(5_000_000);
  });

  it("finds shapes in boxes better than the boxes themselves do", async () => {
    await inFolder(async (cwd) => {
      const built = deepmacc(
        ["build", join(root, "specs/demo.dm:Demo"), "--at", "N=1,H=128,W=128", "--weights", weights, "-o", "demo.onnx"],
        { cwd },
      );
      expect(built.exit, built.stderr).toBe(0);
      const session = await openSession(join(cwd, "demo.onnx"));
      if (isEngineFailure(session)) throw new Error(session.message);
      const system = systemOf([session]);
      if (isEngineFailure(system)) throw new Error(system.message);
      const size = { height: sceneSize, width: sceneSize };
      const overlaps: { model: number; box: number }[] = [];
      for (let index = 0; index < 12; index++) {
        const { pixels, ids, instances } = drawScene(1, "val", index);
        const boxes = instances.map(({ box }) => box);
        const found = await segment(system, { pixels, ...size }, { boxes });
        if (isEngineFailure(found)) throw new Error(found.message);
        instances.forEach(({ id, box: [x0, y0, x1, y1], area }, at) => {
          const truth = encodeMask(
            ids.map((each) => (each === id ? 1 : 0)),
            size,
            "rows",
          );
          const mask = found.instances[at]!.mask;
          overlaps.push({ model: maskIou([mask], [truth])[0]!, box: area / ((x1 - x0) * (y1 - y0)) });
        });
      }
      const mean = (of: "model" | "box"): number => overlaps.reduce((sum, each) => sum + each[of], 0) / overlaps.length;
      expect(mean("model")).toBeGreaterThan(mean("box") + 0.1);
    });
  });
});
