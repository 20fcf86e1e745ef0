// What a bench needs before it starts. What is missing ends it with a sentence that says how to get it; `--help` prints
// the comment that a bench begins with. Benches run in the root of the project, wherever they are called.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const [, bench = "", ...given] = process.argv;

/** Ends the bench: 2 is what the command line uses for what it cannot start with. */
export function stop(sentence, exit = 2) {
  console.error(sentence);
  process.exit(exit);
}

// What goes wrong on the way was said by the command that failed; our own stack adds nothing.
process.on("uncaughtException", ({ message }) => stop(message, 1));

if (given.includes("--help")) {
  const [comment = ""] = /^(\/\/.*\n)+/.exec(readFileSync(bench, "utf8")) ?? [];
  console.log(comment.replace(/^\/\/ ?/gm, "").trim());
  process.exit(0);
}
if (!existsSync(resolve(root, "dist/cli.js"))) stop("the project is not built: run node build.mjs first");

const named = (path) => (path?.includes("/") || path?.includes("\\") ? resolve(path) : path);
const [interpreter = "python3", ...rest] = [named(given[0]) ?? undefined, ...given.slice(1)];
/** What stands behind the name of the Python. */
export const names = rest;
process.chdir(root);

/** The Python that the first argument names, when it has the packages. */
export function pythonWith(...packages) {
  const missing = "import sys, importlib.util as u; print(*(n for n in sys.argv[1:] if not u.find_spec(n)))";
  const { error, status, stdout, stderr } = spawnSync(interpreter, ["-c", missing, ...packages], { encoding: "utf8" });
  const way = "make one with: python3 -m venv .venv && .venv/bin/python -m pip install -r bench/requirements.txt";
  if (error || status !== 0) {
    const reason = error ? "it cannot be started" : (stderr.trim().split("\n").at(-1) ?? "");
    stop(
      `this bench compares with Python, and ${interpreter} is none: ${reason}; ${way}, and name it: .venv/bin/python`,
    );
  }
  const lacking = stdout.trim().split(/\s+/).filter(Boolean);
  if (lacking.length > 0)
    stop(
      `this bench needs a Python with ${packages.join(", ")}, and ${interpreter} has no ${lacking.join(", ")}; ${way}`,
    );
  return interpreter;
}

/** Whole processes are measured by GNU time. */
export const clock = "/usr/bin/time";
export function needsClock() {
  const { status } = spawnSync(clock, ["-f", "%M", "true"]);
  if (status !== 0)
    stop(`this bench measures with GNU time, and ${clock} is not it: install the package \`time\` (Linux)`);
}

/** A library of ours, as it ships. */
export const library = (name) => import(new URL(`../dist/${name}.js`, import.meta.url).href);
