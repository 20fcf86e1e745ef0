// What a command leaves on the disk is what it was asked for: engines keep no identifiers and write no events.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { deepmacc, inFolder } from "./deepmacc.ts";

it.each([
  ["build", ["build", "HG[10]", "--at", "S=32,C=50", "--with", "nc=2"], ["hg10.onnx"]],
  ["verify", ["verify", "HG[10]", "--at", "S=8,C=4", "--with", "nc=2", "--targets", "onnx,tfjs"], []],
])("%s writes nothing into the home and temporary folders", (_title, args, kept) => {
  inFolder((cwd) => {
    for (const name of ["home", "temporary", "work"]) mkdirSync(join(cwd, name));
    const [home, temporary] = [join(cwd, "home"), join(cwd, "temporary")];
    const env = { HOME: home, TMPDIR: temporary, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
    const run = deepmacc(args, { cwd: join(cwd, "work"), env });
    expect(run.exit, run.stderr).toBe(0);
    const found = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(found.map(({ name }) => name)).toEqual(kept);
  });
});
