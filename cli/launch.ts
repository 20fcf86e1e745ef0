#!/usr/bin/env node
// What the command `deepmacc` starts. A command is short, and most of it would be spent on compiling our own
// code: so the program is one script beside this file, and what V8 made of it when the package was built is
// kept. Where that does not fit this Node, V8 says so and compiles as usual.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { isSupervised } from "./interrupt.ts";
import { isLong, supervise } from "./supervise.ts";

if (isLong(process.argv[2]) && !isSupervised()) supervise();
else run();

function run(): void {
  // Many times the usual: a command ends before most of what V8 would optimise has paid for itself.
  setFlagsFromString("--interrupt-budget=1000000");

  const url = new URL("./program.cjs", import.meta.url);
  const path = fileURLToPath(url);
  const compiled = `${path}.cache`;
  // `import.meta.url` of the sources is `programUrl` in the bundle, see build.mjs.
  const script = new Script(`(function (require, module, exports, programUrl) {${readFileSync(path, "utf8")}\n})`, {
    filename: path,
    ...(existsSync(compiled) && { cachedData: readFileSync(compiled) }),
  });
  // The build of the package runs a command once to keep what it compiled.
  if (process.env["DEEPMACC_KEEP_COMPILED"] === "1") {
    process.on("exit", () => writeFileSync(compiled, script.createCachedData()));
  }
  (script.runInThisContext() as Program)(createRequire(import.meta.url), {}, {}, url.href);
}

type Program = (require: NodeJS.Require, module: object, exports: object, programUrl: string) => void;
