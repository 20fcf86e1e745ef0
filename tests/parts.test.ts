// Parts on the command line: one, all in a folder, cuts of one's own; and what is told where they are asked for wrongly.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyAnswer } from "../runtime/empty.ts";
import { deepmacc, inFolder, spec } from "./deepmacc.ts";
import { npz, off, python, resultsIn, waves } from "./run/tensors.ts";

const net = `dm 1
model Net(c: int = 4) {
  input image: f32[N, H, W, 3]
  let h    = { pixel: image -> conv(c, stride = 2, pad = same), who: image -> global_avg_pool }
  let rois = h.who -> dense(12) -> reshape(3, 4)
  output map   = h.pixel -> relu
  output gates = rois -> dense(c) -> sigmoid

  ## Of the image alone.
  part features on image -> (h.pixel, h.who)
  part gates on rois: f32[N, K, 4] -> gates
}
model Wide = Net with { c = 8 }
model Plain on x: f32[N, 4] = x -> relu
`;

/** The small system: the released one with fewer and narrower layers. */
const small = (folder: string) => `dm 1
use "${relative(folder, spec("backbones/hourglass.dm"))}" { Hourglass52, Heads }
use "${relative(folder, spec("heads/hourglass.dm"))}" { HG }
model Small {
  input image: f32[N, H, W, 3]
  let stages = image -> (Hourglass52 with { stem = 4, c = [4, 6, 6], n = [1, 1, 1] }) as backbone
  let h    = stages[0] -> Heads(5, 3, 4, hidden = 6)
  let det  = (h.heat -> sigmoid, h.size, h.offset) -> centernet_decode(k = 7)
  let crop = (h.pixel, det.boxes) -> crop_and_resize(size = 8) -> append_coords
  let who  = (h.instance, det.boxes) -> gather_centers -> tile_to(8, 8)
  output masks  = (crop, who) -> concat -> (HG[10] with { nc = 2 }) as mask_head -> sigmoid
  output boxes  = det.boxes
  output scores = det.scores

  part features on image -> (h.pixel, h.instance, boxes, scores)
  part masks    on (h.pixel, h.instance, boxes: f32[N, K, 4]) -> masks
}
`;

interface Place {
  readonly folder: string;
  run(...args: readonly string[]): ReturnType<typeof deepmacc>;
}

const inPlace = (use: (place: Place) => void): void =>
  inFolder((folder) => {
    writeFileSync(join(folder, "net.dm"), net);
    writeFileSync(join(folder, "small.dm"), small(folder));
    use({ folder, run: (...args) => deepmacc(args, { cwd: folder }) });
  });

const ok = ({ exit, stdout, stderr }: ReturnType<typeof deepmacc>): string => {
  expect(exit, stderr).toBe(0);
  return stdout;
};

describe("info and build", () => {
  it("of one part, with the sizes that it has", () =>
    inPlace(({ folder, run }) => {
      expect(JSON.parse(ok(run("info", "net.dm:Wide", "--json"))).parts).toEqual(["features", "gates"]);
      expect(JSON.parse(ok(run("info", "net.dm:Plain", "--json"))).parts).toBeUndefined();
      const { inputs, outputs } = JSON.parse(ok(run("info", "net.dm:Net", "--part", "gates", "--json")));
      expect([inputs[0].shape, outputs[0].shape]).toEqual(["[N, K, 4]", "[N, K, 4]"]);
      expect(ok(run("info", "net.dm:Wide", "--part", "features"))).toContain("h_pixel: f32[N, ⌈H/2⌉, ⌈W/2⌉, 8]");
      expect(ok(run("info", "net.dm:Net", "--part", "gates", "--at", "K=7"))).toContain("rois: f32[N, 7, 4]");
      ok(run("build", "net.dm:Net", "--part", "gates"));
      ok(run("build", "net.dm:Net", "--from", "rois: f32[N, B, 4]", "--to", "gates", "-o", "own.onnx"));
      expect(existsSync(join(folder, "net-gates.onnx"))).toBe(true);
    }));

  it("of all, which are one folder", () =>
    inPlace(({ folder, run }) => {
      const names = () => readdirSync(join(folder, "out")).sort();
      ok(run("build", "net.dm:Net", "--parts", "-o", "out"));
      const { exit, stderr } = run("run", "out");
      expect([exit, stderr]).toEqual([74, expect.stringContaining("name one, for example out/features.onnx")]);
      expect(names()).toEqual(["features.onnx", "gates.onnx", "parts.json"]);
      const manifest = JSON.parse(readFileSync(join(folder, "out/parts.json"), "utf8"));
      expect(manifest).toMatchObject({
        format: "deepmacc parts",
        version: 1,
        model: "Net",
        target: "onnx",
        layout: "nhwc",
      });
      expect(manifest.parts[1]).toEqual({
        name: "gates",
        file: "gates.onnx",
        inputs: [{ name: "rois", type: "float32", dims: ["N", "K", 4] }],
        outputs: [{ name: "gates", type: "float32", dims: ["N", "K", 4] }],
      });
      // What somebody else put there stays, what an older build left goes.
      writeFileSync(join(folder, "out/notes.txt"), "mine");
      ok(run("build", "net.dm:Wide", "--parts", "-o", "out", "--target", "tfjs"));
      expect(names()).toEqual(["features.tfjs", "gates.tfjs", "notes.txt", "parts.json"]);
      ok(run("build", "net.dm:Net", "--parts", "--target", "torch"));
      expect(readdirSync(join(folder, "net-parts")).sort()).toEqual(["features", "gates", "parts.json"]);
      expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
    }));

  it("leaves folders of others alone, and nothing of what cannot be written", () =>
    inPlace(({ folder, run }) => {
      mkdirSync(join(folder, "mine"));
      writeFileSync(join(folder, "mine/photo.txt"), "a photo");
      const refused = run("build", "net.dm:Net", "--parts", "-o", "mine");
      expect([refused.exit, refused.stderr]).toEqual([
        74,
        expect.stringContaining("it holds files that are not of an older build"),
      ]);
      const half = run("build", "small.dm", "--parts", "--target", "tfjs");
      expect([half.exit, half.stderr]).toEqual([4, expect.stringContaining("centernet_decode")]);
      expect(readdirSync(folder).sort()).toEqual(["mine", "net.dm", "small.dm"]);
    }));
});

describe("words that mean nothing", () => {
  it.each<readonly [args: readonly string[], exit: number, says: string]>([
    [["info", "net.dm:Net", "--part", "gate"], 1, "did you mean gates?"],
    [["info", "net.dm:Plain", "--part", "gates"], 1, "it states none"],
    [["build", "net.dm:Plain", "--parts"], 2, "Plain states no parts"],
    [["build", "net.dm:Net", "--parts", "--part", "gates"], 2, "--parts writes all parts"],
    [["info", "net.dm:Net", "--part", "gates", "--to", "gates"], 2, "use one of the two"],
    [["info", "net.dm:Net", "--from", "rois"], 2, "nothing says what flows out"],
    [["info", "net.dm:Net", "--from", "h.pixl", "--to", "map"], 1, "did you mean pixel?"],
    [["info", "net.dm:Net", "--from", "rois", "--to", "gatez"], 1, "did you mean gates?"],
    [["info", "net.dm:Net", "--from", "rois: f32[N, K", "--to", "gates"], 1, "DM1112"],
    [["info", "net.dm:Net", "--from", "rois: f32[N, K, 5]", "--to", "gates"], 1, "DM5504"],
    [["info", "net.dm:Net", "--from", "h.who", "--to", "map"], 1, "begin before it: --from image\n"],
    [["info", "net.dm:Net", "--from", "h.who", "--to", "gates,map"], 1, "give it: --from h.who,h.pixel\n"],
    [
      ["info", "net.dm:Net", "--from", "rois: f32[N, K, 4]", "--to", "gates,map"],
      1,
      "--from 'rois: f32[N, K, 4],h.pixel'\n",
    ],
    [["info", "net.dm:Net", "--from", "map", "--to", "h.who"], 1, "who does not depend on map"],
    [["info", "net.dm:Net", "--part", "gates", "--at", "Q=7"], 1, "its dimensions are N, H, W, K"],
  ])("%j", (args, exit, says) =>
    inPlace(({ run }) => {
      const answer = run(...args);
      expect([answer.exit, answer.stderr]).toEqual([exit, expect.stringContaining(says)]);
    }),
  );
});

it("a part leaves what a checkpoint holds for training alone in peace", () =>
  inPlace(({ folder, run }) => {
    const staged = `dm 1
model Staged {
  input x: f32[N, 2]
  let stages = each i in 0..3 { x -> dense(2) }
  output y = stages[-1]
  output all = stages in train
  part last on x -> y
}`;
    writeFileSync(join(folder, "staged.dm"), staged);
    writeFileSync(join(folder, "one.dm"), staged.replace(/^ {2}output all.*\n/m, ""));
    ok(run("weights", "init", "staged.dm", "-o", "all.safetensors"));
    const built = (...args: string[]) => run("build", ...args, "--weights", "all.safetensors", "-o", "x.onnx");
    for (const cut of [[], ["--part", "last"], ["--to", "y"]])
      expect(ok(built("staged.dm", ...cut)) && built("staged.dm", ...cut).stderr).not.toContain("DM5408");
    expect(built("one.dm", "--part", "last").stderr).toContain("DM5408");
  }));

describe("the small system", () => {
  const image = (batch: number, side: number) => [[batch, side, side, 3], waves(batch * side * side * 3)] as const;

  it("is its parts, in one engine after the other, for any number of boxes", () =>
    inPlace(({ folder, run }) => {
      npz(join(folder, "image.npz"), { image: image(2, 64) });
      ok(run("run", "small.dm", "--input", "image.npz", "-o", "whole.npz", "--engine", "reference"));
      const whole = resultsIn(join(folder, "whole.npz"));
      ok(run("build", "small.dm", "--parts", "-o", "parts"));
      ok(run("run", "parts/features.onnx", "--input", "image.npz", "-o", "features.npz"));
      const wanted = { "parts/masks.onnx": "onnx", "small.dm": "reference" };
      for (const [model, engine] of [...Object.entries(wanted), ...(python ? [["small.dm", "torch"] as const] : [])]) {
        const part = model.endsWith(".dm") ? ["--part", "masks"] : [];
        ok(run("run", model, ...part, "--input", "features.npz", "-o", "masks.npz", "--engine", engine));
        expect(off(resultsIn(join(folder, "masks.npz"))["masks"], whole["masks"]), engine).toBeLessThan(1e-5);
      }
    }));

  it("answers no boxes without an engine", () =>
    inPlace(({ folder, run }) => {
      npz(join(folder, "none.npz"), {
        h_pixel: [[1, 16, 16, 3], waves(768)],
        h_instance: [[1, 16, 16, 4], waves(1024)],
        boxes: [[1, 0, 4], waves(0)],
      });
      expect(ok(run("run", "small.dm", "--part", "masks", "--input", "none.npz", "-o", "masks.npz"))).toContain(
        "in no engine",
      );
      expect(resultsIn(join(folder, "masks.npz"))["masks"]?.dims).toEqual([1, 0, 8, 8, 1]);
    }));
});

it("a session answers what is empty itself, and nothing else", () => {
  const port = (name: string, ...dims: (number | string)[]) => ({ name, type: "float32" as const, dims });
  const manifest = {
    inputs: [port("map", "N", "H", 3), port("rois", "N", "K", 4)],
    outputs: [port("masks", "N", "K", 8)],
    metadata: {},
  };
  const feeds = (k: number, n = 2) => ({
    map: { dims: [2, 5, 3], data: new Float32Array(30) },
    rois: { dims: [n, k, 4], data: new Float32Array(n * k * 4) },
  });
  expect(emptyAnswer(manifest, feeds(0))).toEqual({ masks: { dims: [2, 0, 8], data: new Float32Array(0) } });
  expect(emptyAnswer(manifest, feeds(1))).toBeUndefined();
  expect(emptyAnswer(manifest, feeds(0, 3))).toBeUndefined();
  expect(emptyAnswer({ ...manifest, outputs: [port("count", "N")] }, feeds(0))).toBeUndefined();
  expect(emptyAnswer({ ...manifest, outputs: [port("other", "M", "K")] }, feeds(0))).toBeUndefined();
});
