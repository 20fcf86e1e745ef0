import { expect, it } from "vitest";
import type { Source } from "../../../grammar/index.ts";
import { type Library, loadProgram } from "./program.ts";

const texts: Readonly<Record<string, Source>> = Object.fromEntries(
  Object.entries({
    "a.dm": 'use "./sound.dm" { S }\nuse "./wrong.dm" { W }\n',
    "b.dm": 'use "./sound.dm" { S }\nuse "./wrong.dm" { W }\n',
    "c.dm": 'use "./d.dm" { D }\nconst C = 1\n',
    "d.dm": 'use "./c.dm" { C }\nconst D = 1\n',
    "sound.dm": "const S = 1\n",
    "wrong.dm": "const W = 1\nconst W = 2\n",
  }).map(([name, text]) => [name, { name, text: `dm 1\n${text}` }]),
);
const sourceOf = (name: string): Source => texts[name] ?? { name, text: "" };
const load = (name: string, library: Library) =>
  loadProgram(sourceOf(name), (path) => sourceOf(path.slice(2)), library);

it("programs share the files that are sound, and each hears what is wrong with the others", () => {
  const library: Library = new Map();
  const [a, b] = [load("a.dm", library), load("b.dm", library)];
  expect(b.entry.imports.get("S")?.module).toBe(a.entry.imports.get("S")?.module);
  expect(b.entry.imports.get("W")?.module).not.toBe(a.entry.imports.get("W")?.module);
  expect([a, b].map(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([["DM2002"], ["DM2002"]]);
});

it("a circle of files is told from wherever it is entered", () => {
  const library: Library = new Map();
  const cycles = ["c.dm", "d.dm", "c.dm"].map((name) => load(name, library).diagnostics.map(({ message }) => message));
  expect(cycles.map(([first]) => first)).toEqual([
    expect.stringContaining("c.dm -> d.dm -> c.dm"),
    expect.stringContaining("d.dm -> c.dm -> d.dm"),
    expect.stringContaining("c.dm -> d.dm -> c.dm"),
  ]);
});
