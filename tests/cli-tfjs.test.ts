// `build --target tfjs` as a user runs it: a directory that tfjs opens, written as a whole or not at all.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEngineFailure, openSession } from "../runtime/index.ts";
import { deepmacc, inFolder } from "./deepmacc.ts";

const small = ["build", "HG[10]", "--at", "C=5", "--with", "nc=4", "--target", "tfjs"];
const build = (cwd: string, ...more: readonly string[]) => deepmacc([...small, ...more], { cwd });

const layersOf = (folder: string) => {
  const { modelTopology } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as {
    modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  };
  return modelTopology.config.layers;
};
const classesOf = (folder: string) => new Set(layersOf(folder).map(({ class_name }) => class_name));

describe("build --target tfjs", () => {
  it("writes a directory that runs", async () => {
    await inFolder(async (folder) => {
      const { exit, stdout } = build(folder, "-o", "web");
      expect(exit).toBe(0);
      expect(stdout).toMatch(/^web \(\d+.* in 2 files\): HG\[10\], 6,549 parameters, \d+ layers/);
      expect(readdirSync(join(folder, "web")).sort()).toEqual(["group1-shard1of1.bin", "model.json"]);
      const session = await openSession(join(folder, "web"), { backend: "tfjs-wasm" });
      if (isEngineFailure(session)) throw new Error(session.message);
      expect(session.manifest.metadata).toMatchObject({ model: "HG[10]", "size rule": "S % 2 == 0" });
      const [input] = session.manifest.inputs;
      expect(input?.dims).toEqual(["N", "S", "S", 5]);
      const data = new Float32Array(6 * 6 * 5).fill(0.5);
      const result = await session.run({ [input?.name ?? ""]: { dims: [1, 6, 6, 5], data } });
      expect(Object.values(result)[0]?.dims).toEqual([1, 6, 6, 1]);
      await session.close();
    });
  });

  it("says what it wrote as a document", () => {
    inFolder((folder) => {
      const { stdout } = build(folder, "--json");
      expect(JSON.parse(stdout)).toMatchObject({
        name: "HG[10]",
        target: "tfjs",
        file: "hg10.tfjs",
        files: ["group1-shard1of1.bin", "model.json"],
        customLayers: [],
        layout: "nhwc",
        requires: "S % 2 == 0",
      });
    });
  });

  it("keeps norms for training, folds them when asked, and writes other layouts", () => {
    inFolder((folder) => {
      build(folder, "-o", "plain");
      build(folder, "-o", "folded", "--fold");
      build(folder, "-o", "first", "--layout", "nchw");
      const [plain, folded, first] = ["plain", "folded", "first"].map((name) => join(folder, name));
      expect(classesOf(plain ?? "")).toContain("BatchNormalization");
      expect(classesOf(folded ?? "")).not.toContain("BatchNormalization");
      expect(layersOf(first ?? "")[0]?.config["batch_input_shape"]).toEqual([null, 5, null, null]);
      expect(existsSync(join(folder, "first", "model.json"))).toBe(true);
    });
  });

  it("keeps dropouts, which only training needs", () => {
    inFolder((folder) => {
      const text = "dm 1\nmodel M on x: f32[N, 4] = x -> dense(4) -> dropout(0.25)\n";
      writeFileSync(join(folder, "m.dm"), text);
      const args = ["build", "m.dm", "--target", "tfjs", "-o"];
      deepmacc([...args, "kept"], { cwd: folder });
      deepmacc([...args, "folded", "--fold"], { cwd: folder });
      expect(classesOf(join(folder, "kept"))).toContain("Dropout");
      expect(classesOf(join(folder, "folded"))).not.toContain("Dropout");
    });
  });

  it("takes the place of an older build, and of nothing else", () => {
    inFolder((folder) => {
      mkdirSync(join(folder, "web"));
      for (const name of ["group1-shard1of7.bin", "group1-shard7of7.bin", "model.json", "index.html"])
        writeFileSync(join(folder, "web", name), "old");
      expect(build(folder, "-o", "web").exit).toBe(0);
      expect(readdirSync(join(folder, "web")).sort()).toEqual(["group1-shard1of1.bin", "index.html", "model.json"]);
      expect(classesOf(join(folder, "web"))).toContain("Conv2D");
    });
  });

  it("leaves nothing half written", () => {
    inFolder((folder) => {
      mkdirSync(join(folder, "web", "group1-shard1of1.bin"), { recursive: true });
      writeFileSync(join(folder, "web", "model.json"), "old");
      expect(build(folder, "-o", "web")).toMatchObject({ exit: 74, stderr: expect.stringContaining("web") });
      expect(readdirSync(join(folder, "web")).sort()).toEqual(["group1-shard1of1.bin", "model.json"]);
      expect(readFileSync(join(folder, "web", "model.json"), "utf8")).toBe("old");
      writeFileSync(join(folder, "file"), "");
      expect(build(folder, "-o", "file")).toMatchObject({
        exit: 74,
        stderr: expect.stringContaining("not a directory"),
      });
      expect(build(folder, "-o", join("no", "such"))).toMatchObject({ exit: 74 });
      expect(readdirSync(folder).sort()).toEqual(["file", "web"]);
    });
  });

  it("names what it cannot write, and options that are not its own", () => {
    inFolder((folder) => {
      const detector = deepmacc(["build", "DeepMAC", "--target", "tfjs"], { cwd: folder });
      expect(detector).toMatchObject({ exit: 4, stderr: expect.stringContaining("DM7001") });
      expect(build(folder, "--opset", "18")).toMatchObject({
        exit: 2,
        stderr: expect.stringContaining("--target onnx"),
      });
      expect(build(folder, "--layout", "abc").exit).toBe(2);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it("writes the topology alone without weights", () => {
    inFolder((folder) => {
      expect(build(folder, "-o", "web", "--no-weights").stdout).toContain("6,549 parameters left open");
      expect(readdirSync(join(folder, "web"))).toEqual(["model.json"]);
    });
  });
});
