// A model repository for Triton, as the command line writes it. Its messages are held against the published ones by a peer test.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder, root } from "./deepmacc.ts";

const system = join(root, "tests/fixtures/small-system.dm");
const head = ["HG[20]", "--at", "S=32,C=50", "--with", "nc=4"];

describe("build --target triton", () => {
  it("writes a model for each part, an ensemble, a page and a client", () =>
    inFolder((cwd) => {
      const { exit, stdout } = deepmacc(["build", system, "--target", "triton", "-o", "out"], { cwd });
      expect([exit, stdout]).toEqual([0, expect.stringContaining("2 parts of SmallSystem")]);
      expect(readdirSync(join(cwd, "out")).sort()).toEqual(
        ["README.md", "client.py", "parts.json", "small_system", "small_system_features", "small_system_masks"].sort(),
      );
      expect(readdirSync(join(cwd, "out", "small_system")).sort()).toEqual(["1", "config.pbtxt"]);
      expect(readdirSync(join(cwd, "out", "small_system_masks", "1"))).toEqual(["model.onnx"]);
      expect(readFileSync(join(cwd, "out", "client.py"), "utf8")).toContain('client.infer("small_system", inputs)');
    }));

  it("writes one model where the text is not cut", () =>
    inFolder((cwd) => {
      expect(deepmacc(["build", ...head, "--target", "triton", "--max-batch", "32"], { cwd }).exit).toBe(0);
      const folder = join(cwd, "hg20-triton");
      expect(readdirSync(folder).sort()).toEqual(["README.md", "client.py", "hg20", "parts.json"].sort());
      expect(readFileSync(join(folder, "hg20", "config.pbtxt"), "utf8")).toContain("max_batch_size: 32");
    }));

  it("replaces an older repository whole, and leaves what is not of it", () =>
    inFolder((cwd) => {
      const build = (...more: readonly string[]) =>
        deepmacc(["build", ...more, "--target", "triton", "-o", "out"], { cwd });
      build(system);
      mkdirSync(join(cwd, "out", "another"));
      expect(build(...head).exit).toBe(0);
      expect(readdirSync(join(cwd, "out")).sort()).toEqual(
        ["README.md", "another", "client.py", "hg20", "parts.json"].sort(),
      );
    }));

  it("leaves a folder alone that is none", () =>
    inFolder((cwd) => {
      mkdirSync(join(cwd, "out"));
      writeFileSync(join(cwd, "out", "mine.txt"), "");
      expect(deepmacc(["build", system, "--target", "triton", "-o", "out"], { cwd }).exit).toBe(74);
      expect(readdirSync(join(cwd, "out"))).toEqual(["mine.txt"]);
    }));

  it.each([
    [["--max-batch", "0"], "--max-batch"],
    [["--part", "masks"], "--target triton writes all parts of the text"],
    [["--no-weights"], "--no-weights is no option of --target triton"],
  ])("refuses %j", (args, message) =>
    inFolder((cwd) => {
      const { exit, stderr } = deepmacc(["build", system, "--target", "triton", "-o", "out", ...args], { cwd });
      expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(existsSync(join(cwd, "out"))).toBe(false);
    }),
  );

  it("--max-batch is about triton alone", () => {
    const { exit, stderr } = deepmacc(["build", ...head, "--max-batch", "4", "-o", "/nowhere/x.onnx"]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("--max-batch is no option of --target onnx")]);
  });
});

describe("the image in the graph of a part", () => {
  it("is put where the image is, and nowhere else", () =>
    inFolder((cwd) => {
      const build = ["build", system, "--parts", "--image-in-graph", "--dtype", "f16", "--layout", "nchw", "-o", "out"];
      const { exit, stdout } = deepmacc(build, { cwd });
      expect([exit, stdout]).toEqual([0, expect.stringContaining("features: not checked: its image goes in as bytes")]);
      expect(stdout).toContain("masks: verified");
      const { parts } = JSON.parse(readFileSync(join(cwd, "out", "parts.json"), "utf8")) as {
        parts: { inputs: { name: string; type: string }[] }[];
      };
      const types = parts.flatMap(({ inputs }) => inputs.map(({ name, type }) => `${name} ${type}`));
      expect(types).toEqual(["image uint8", "pixel float32", "rois float32"]);
    }));

  it("is refused where no part takes one", () =>
    inFolder((cwd) => {
      const { exit, stderr } = deepmacc(["build", ...head, "--target", "triton", "--image-in-graph"], { cwd });
      expect([exit, stderr]).toEqual([2, expect.stringContaining("says nothing of images")]);
    }));
});
