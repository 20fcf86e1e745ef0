// What the project says of itself: what it depends on, how it installs, and how it is checked elsewhere.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./deepmacc.ts";

const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");
interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(textOf("package.json")) as Manifest;

describe("dependencies", () => {
  const packages = [
    ...new Set([...Object.keys(manifest.devDependencies), ...Object.keys(manifest.peerDependencies)]),
  ].sort();

  it("are each explained in ARCHITECTURE.md, and nothing else is", () => {
    const section = /^## Dependencies\n([\s\S]*?)^## /m.exec(textOf("ARCHITECTURE.md"))?.[1] ?? "";
    const named = [...section.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    );
    expect(named.sort()).toEqual(packages);
  });

  it("have exact versions", () => {
    const versions = Object.entries({ ...manifest.devDependencies, ...manifest.peerDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  // npm 10 runs what the lock file says there is to run; npm 11 asks allowScripts as well. onnxruntime-node's script
  // fetches CUDA from elsewhere, and a key of .npmrc that stops it is greeted by npm 11 with a warning.
  it("run no install script, on any npm, and need no setting of npm", () => {
    const lock = JSON.parse(textOf("package-lock.json")) as {
      packages: Record<string, { hasInstallScript?: boolean; deprecated?: string }>;
    };
    const entries = Object.entries(lock.packages);
    expect(
      entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([name]) => name),
      'take "hasInstallScript" out of package-lock.json and write the package into allowScripts',
    ).toEqual([]);
    expect(entries.filter(([, { deprecated }]) => deprecated).map(([name]) => name)).toEqual([]);
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
    expect(existsSync(join(root, ".npmrc"))).toBe(false);
  });
});

describe(".github", () => {
  const files = readdirSync(join(root, ".github"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yml"))
    .map((name) => [name, textOf(".github", name)] as const);

  it("pins every action to a commit, and names its release", () => {
    const uses = files.flatMap(([, text]) => [...text.matchAll(/uses: (.*)$/gm)].map(([, action = ""]) => action));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it("tests the oldest Node that is supported", () => {
    const nodes = /node: \[(.*)\]/.exec(textOf(".github/workflows/ci.yml"))?.[1]?.split(", ");
    expect(manifest.engines.node.startsWith(`>=${nodes?.[0]}.`)).toBe(true);
  });

  it.each(files)("%s is indented with pairs of spaces", (_name, text) => {
    expect(text.split("\n").filter((line) => /^( {2})* (?! )|\t/.test(line))).toEqual([]);
  });
});

it("CITATION.cff names this version", () => {
  expect(textOf("CITATION.cff")).toMatch(new RegExp(`^version: ${manifest.version.replaceAll(".", "\\.")}$`, "m"));
});

describe("benches", () => {
  const benches = readdirSync(join(root, "bench")).filter(
    (name) => name.endsWith(".mjs") && !["measure.mjs", "needs.mjs"].includes(name),
  );
  const run = (bench: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bench", bench), ...args], {
      cwd: tmpdir(),
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  it.each(benches)("%s says what it does, and stands in bench/README.md with its figure", (bench) => {
    const { status, stdout } = run(bench, "--help");
    expect(status).toBe(0);
    expect(stdout).toContain(`node bench/${bench}`);
    expect(textOf("bench/README.md")).toMatch(
      new RegExp(`^\\| [^|]+ \\| \`node bench/${bench}[^|]*\` \\| [^|]+ \\|$`, "m"),
    );
  });

  const compared = benches.filter((bench) => textOf("bench", bench).includes("pythonWith("));
  it.each(compared)("%s says in a sentence that there is no Python", (bench) => {
    const { status, stderr } = run(bench, "no-such-python");
    expect(status).toBe(2);
    expect(stderr).toContain("no-such-python");
    expect(stderr).toContain("bench/requirements.txt");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("compare with the versions that the peer tests use", () => {
    const versions = (path: string) => new Set(textOf(path).match(/^[a-z].*==.*$/gm));
    const [mine, peers] = [versions("bench/requirements.txt"), versions("tests/peers/requirements.txt")];
    const names = new Set([...peers].map((line) => line.split("==")[0]));
    expect([...mine].filter((line) => names.has(line.split("==")[0]) && !peers.has(line))).toEqual([]);
  });
});
