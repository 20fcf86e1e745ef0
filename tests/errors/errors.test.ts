// One program per message: the source stands next to what the compiler says about it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pathRefusal } from "../../cli/files.ts";
import { findWeights } from "../../cli/weights/open.ts";
import { relativesOf } from "../../cli/weights/relatives.ts";
import {
  checkProgram,
  checkWeightFiles,
  loadProgram,
  messages,
  type Read,
  testProgram,
  type WeightFiles,
} from "../../compiler/index.ts";
import { type Diagnostic, type Source, syntaxMessages } from "../../grammar/index.ts";
import { renderDiagnostics } from "../../report/index.ts";

const cases = fileURLToPath(new URL("./cases/", import.meta.url));
const load = (path: string): Source => ({ name: relative(cases, path), text: readFileSync(path, "utf8") });
const read: Read = (path, from) => {
  const full = resolve(cases, dirname(from.name), path);
  return existsSync(full) ? load(full) : { error: "", help: 'did you mean "./lib/blocks.dm"?' };
};

const files: WeightFiles = {
  open: (path, from) =>
    pathRefusal(path) === undefined
      ? findWeights(resolve(cases, dirname(from.name), path))
      : { problem: pathRefusal(path) ?? "" },
  shipped: () => [],
  relatives: relativesOf,
};

function diagnosticsOf(name: string): readonly Diagnostic[] {
  const program = loadProgram(load(resolve(cases, name)), read);
  const sound = checkProgram(program);
  const hasErrors = sound.some(({ severity }) => severity === "error");
  const checked = hasErrors ? sound : [...sound, ...checkWeightFiles(program, files)];
  if (checked.some(({ severity }) => severity === "error")) return checked;
  return [...checked, ...testProgram(program).tests.flatMap((test) => test.diagnostics)];
}

const programs = readdirSync(cases).filter((name) => name.endsWith(".dm"));

describe("messages", () => {
  it.each(programs)("%s raises its code", async (name) => {
    const diagnostics = diagnosticsOf(name);
    expect(diagnostics.map(({ code }) => code)).toContain(basename(name, ".dm").split("-")[0]);
    await expect(`${renderDiagnostics(diagnostics)}\n`).toMatchFileSnapshot(
      resolve(cases, name.replace(".dm", ".txt")),
    );
  });

  // What the parser says about hostile text is tested beside it, what a target cannot express with the command line, what a profile refuses in tests/profiles.
  const elsewhere = new Set([
    "DM7001",
    "DM7101",
    "DM7102",
    "DM7201",
    "DM7202",
    "DM7203",
    "DM7204",
    "DM1004",
    "DM1007",
    "DM1112",
    "DM1113",
    "DM1114",
    "DM1115",
    "DM1116",
    "DM1117",
    "DM1118",
    // A caller asks for it: tests/parts.test.ts.
    "DM5506",
    // A clock or a caller says it: tests/sessions.test.ts.
    "DM3209/time",
    "DM3209/cancelled",
    // The stack of a process: tests/hostile.test.ts.
    "DM3207/stack",
  ]);
  const keys = [...Object.keys(messages), ...Object.keys(syntaxMessages)].filter(
    (key) => !elsewhere.has(key) && !elsewhere.has(key.split("/")[0] ?? ""),
  );
  it.each(keys)("%s has a program that raises it", (key) => {
    expect(programs).toContain(`${key.replace("/", "-")}.dm`);
  });
});
