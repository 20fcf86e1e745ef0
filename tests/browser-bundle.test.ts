// The language, the compiler and the layers for tfjs run in a browser: nothing of Node may come with them.
import { builtinModules } from "node:module";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./deepmacc.ts";

describe.each([
  ["grammar/index.ts", 400],
  ["checkpoints/index.ts", 60],
  ["vision/index.ts", 30],
  ["runtime/segment/index.ts", 20],
  ["data/index.ts", 10],
  ["compiler/index.ts", 800],
  ["compiler/onnx.ts", 700],
  ["compiler/tfjs.ts", 650],
  ["compiler/torch.ts", 700],
  ["tfjs/entry.ts", 20],
])("%s", (entry, kilobytes) => {
  const bundle = () =>
    build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "esm",
      platform: "browser",
      // The peer of tfjs/: what a page has anyway.
      external: ["@tensorflow/tfjs"],
      logLevel: "silent",
    });

  it("bundles for a browser without a module of Node", async () => {
    const { metafile, warnings } = await bundle();
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(imported.filter((path) => path.startsWith("node:") || builtinModules.includes(path))).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it("stays small", async () => {
    const { outputFiles } = await bundle();
    expect((outputFiles[0]?.contents.length ?? 0) / 1000).toBeLessThan(kilobytes);
  });

  it("asks for no global of Node", async () => {
    const { outputFiles } = await bundle();
    // The protobuf reader looks whether `process` is there before it asks for its own switch.
    const text = outputFiles[0]?.text.replace(/typeof process\.env!="object"\|\|process\.env\.BUF_BIGINT_DISABLE/g, "");
    expect(text).not.toMatch(/\bprocess\.(env|argv|cwd|exit)|\b__dirname\b|\bBuffer\.from/);
  });
});

it.each(["onnx", "tfjs", "torch"])("deepmacc/compiler/%s has no other target in it", async (target) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`compiler/${target}.ts`],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const rooms = Object.keys(metafile.inputs).flatMap((path) => /^compiler\/targets\/(\w+)\//.exec(path)?.[1] ?? []);
  expect([...new Set(rooms)]).toEqual([target]);
});
