// What the READMEs of the examples tell a user to type is typed here, line by line and in place, and each prints what
// the page says. What the commands write is taken away again.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const entries = (): readonly string[] =>
  readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(here, name)).map((file) => join(here, name, file)));
const kept = new Set(entries());
afterAll(() => {
  for (const path of entries()) if (!kept.has(path)) rmSync(path, { recursive: true });
});

/** Commands, and lines that they must have printed, in the order of the page. */
function stepsOf(example: string): readonly { readonly kind: string; readonly lines: readonly string[] }[] {
  const page = readFileSync(join(here, example, "README.md"), "utf8");
  return [...page.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({
    kind,
    lines: text.trim().split("\n"),
  }));
}

/** Everything that was printed, with columns as single spaces. */
function typed(command: string, cwd: string): string {
  const env = { ...process.env, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(command, { cwd, shell: true, encoding: "utf8", env });
  expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
  return `${stdout}${stderr}`.replace(/ +/g, " ");
}

const examples = [...new Set([...kept].map((path) => path.slice(here.length).split(/[\\/]/)[0] ?? ""))];
it.each(examples)("examples/%s does what its README says", (example) => {
  const [first, ...steps] = stepsOf(example).flatMap(({ kind, lines }) => lines.map((line) => ({ kind, line })));
  expect(first?.line).toBe(`cd examples/${example}`);
  let printed = "";
  let before = "sh";
  for (const { kind, line } of steps) {
    if (kind === "sh" && before === "text") printed = "";
    if (kind === "sh") printed += typed(line, join(here, example));
    else expect(printed).toContain(line.replace(/ +/g, " "));
    before = kind;
  }
});
it("are there", () => expect(examples.length).toBeGreaterThanOrEqual(3));
