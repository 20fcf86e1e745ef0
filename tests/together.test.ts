// A folder of files that belong together is that of the older build or that of the new one, at whatever moment the
// process that writes it is killed; and two builds at once leave one of the two.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bin, deepmacc, inFolder } from "./deepmacc.ts";

/** Kills the process before the n-th call that changes what a folder holds. */
const killer = `data:text/javascript,${encodeURIComponent(`
  import fs from "node:fs";
  let left = Number(process.env.KILL_AT);
  for (const name of ["renameSync", "linkSync", "rmSync", "openSync", "writeSync"]) {
    const usual = fs[name];
    fs[name] = (...args) => {
      const isChange = name === "openSync" ? String(args[0]).endsWith("-lock") : true;
      if (isChange && --left === 0) process.kill(process.pid, "SIGKILL");
      return usual(...args);
    };
  }
`)}`;

const command = (target: string, seed: number) => [
  "build",
  "HG[10]",
  "--at",
  "S=8,C=4",
  "--with",
  "nc=2",
  "--target",
  target,
  "--seed",
  `${seed}`,
  "-o",
  "out",
  "--verify",
  "off",
];

async function run(cwd: string, target: string, seed: number, killAt?: number): Promise<readonly [number, string]> {
  const hook = killAt === undefined ? [] : ["--import", killer];
  const env = { ...process.env, KILL_AT: `${killAt ?? 0}` };
  const child = spawn(process.execPath, [...hook, bin, ...command(target, seed)], { cwd, env });
  const [code, signal] = await once(child, "exit");
  return [code, signal];
}

/** What a reader of the folder gets: the main file, and the bytes of the data that it names. */
const readers: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  tfjs: (folder) => {
    const model = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
    const paths: string[] = model.weightsManifest.flatMap((group: { paths: string[] }) => group.paths);
    return paths.map((path) => readFileSync(join(folder, path), "base64"));
  },
  torch: (folder) => {
    const text = readFileSync(join(folder, "model.py"), "utf8");
    const name = /with_name\("([^"]+)"\)/.exec(text)?.[1] ?? "";
    return [text.replaceAll(name, "weights.safetensors"), readFileSync(join(folder, name), "base64")];
  },
};

describe.each(Object.entries(readers))("%s", (target, read) => {
  it("killed at any moment is old or new, and the next build tidies", async () => {
    await inFolder(async (cwd) => {
      const [out, old, fresh] = ["out", "old", "new"].map((name) => join(cwd, name)) as [string, string, string];
      for (const [seed, place] of [
        [1, old],
        [2, fresh],
      ] as const) {
        expect(deepmacc(command(target, seed), { cwd }).exit).toBe(0);
        cpSync(out, place, { recursive: true });
        rmSync(out, { recursive: true });
      }
      const [before, after] = [read(old), read(fresh)];
      expect(before).not.toEqual(after);
      const seen = new Set<string>();
      for (let killAt = 1; ; killAt++) {
        rmSync(out, { recursive: true, force: true });
        cpSync(old, out, { recursive: true });
        const [code] = await run(cwd, target, 2, killAt);
        const found = read(out);
        expect([before, after], `killed before change ${killAt}`).toContainEqual(found);
        seen.add(found.join() === after.join() ? "new" : "old");
        if (code === 0) break;
        expect(killAt).toBeLessThan(40);
        if (killAt % 4 !== 0) continue;
        expect((await run(cwd, target, 1))[0]).toBe(0);
        expect(read(out)).toEqual(before);
        expect(readdirSync(out).sort()).toEqual(readdirSync(old).sort());
      }
      expect([...seen].sort()).toEqual(["new", "old"]);
      expect(readdirSync(out).sort()).toEqual(readdirSync(fresh).sort());
    });
  });

  it("two builds at once leave one of the two", async () => {
    await inFolder(async (cwd) => {
      const alone = new Map<string, number>();
      for (const seed of [1, 2]) {
        expect(deepmacc(command(target, seed), { cwd }).exit).toBe(0);
        alone.set(read(join(cwd, "out")).join(), seed);
        rmSync(join(cwd, "out"), { recursive: true });
      }
      for (let round = 0; round < 4; round++) {
        const ended = await Promise.all([run(cwd, target, 1), run(cwd, target, 2)]);
        expect(ended.map(([code]) => code)).toEqual([0, 0]);
        expect(alone.has(read(join(cwd, "out")).join())).toBe(true);
        // The first two rounds begin in a new folder.
        if (round < 2) rmSync(join(cwd, "out"), { recursive: true });
      }
      expect(readdirSync(join(cwd, "out")).filter((name) => name.includes("deepmacc"))).toEqual([]);
    });
  });
});
