// Runs the shipped command line as a user does, and measures what it cost.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));
export const bin = join(root, "dist/cli.js");
export const spec = (name: string): string => join(root, "specs", name);

/**
 * Writes peak memory and CPU time when the process ends, whatever ends it. Where there is /proc, the peak is
 * read there: `maxRSS` of a child starts with what its parent held when it forked.
 */
const meter = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync, writeFileSync } from "node:fs";
  process.on("exit", () => {
    const usage = process.resourceUsage();
    const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
    const peak = /VmHWM:\\s*(\\d+) kB/.exec(status)?.[1];
    writeFileSync(process.env.METER_FILE, JSON.stringify({ ...usage, maxRSS: Number(peak ?? usage.maxRSS) }));
  });
`)}`;

export interface Run {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Megabytes. */
  readonly peak: number;
  /** Seconds of CPU time, start of Node included. */
  readonly cpu: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function deepmacc(args: readonly string[], { cwd = root, env = {} }: RunOptions = {}): Run {
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-meter-"));
  const file = join(folder, "usage.json");
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", meter, bin, ...args], {
      cwd,
      encoding: "utf8",
      env: { ...process.env, METER_FILE: file, ...env },
      timeout: 60_000,
      maxBuffer: 64 * 2 ** 20,
    });
    const usage = JSON.parse(readFileSync(file, "utf8")) as NodeJS.ResourceUsage;
    return {
      exit: status,
      stdout,
      stderr,
      peak: usage.maxRSS / 1024,
      cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that is gone after `use`. */
export function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "deepmacc-test-"));
  const tidy = () => rmSync(folder, { recursive: true, force: true });
  try {
    const result = use(folder);
    if (result instanceof Promise) return result.finally(tidy) as Result;
    tidy();
    return result;
  } catch (problem) {
    tidy();
    throw problem;
  }
}
