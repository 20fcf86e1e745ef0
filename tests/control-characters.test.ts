// Text of other people reaches the terminal through every message there is. None of it may steer the terminal: every
// command below meets ESC, BEL, DEL, a turn of the direction of text and a control of C1, and answers without them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "../checkpoints/index.ts";
import { deepmacc, inFolder, root } from "./deepmacc.ts";

const evil = "\u001b[2J\u0007\u007f\u202e\u009b31m\u200b";
const control = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const model = "model M on x: f32[N, 8, 8, 3] = x -> conv(4) -> relu\n";
const texts: Readonly<Record<string, string>> = {
  "require.dm": `block A on x: [.., H, W, C] {\n  require H > 9, "${evil}"\n  return x -> relu\n}\nmodel M on x: f32[N, 8, 8, 3] = x -> A\n`,
  "title.dm": `test "a ${evil}" { expect 1 == 2 }\ntest "b ${evil}" { expect 1 == 1 }\n`,
  "expect.dm": `test "t" { expect "${evil}" == "x" }\n`,
  "match.dm": `const a = match "${evil}" { "x" => 1 }\nconst b = a\nmodel M on x: f32[N, 8, 8, 3] = x -> conv(b)\n`,
  "table.dm": `table T {\n  | k | v |\n  | "${evil}" | 1 |\n}\nmodel M[r in T] on x: f32[N, 8, 8, 3] = x -> conv(r.v)\n`,
  "missing.dm": `table T {\n  | k | v |\n  | "a" | 1 |\n}\nconst a = T["${evil}"].v\nmodel M on x: f32[N, 8, 8, 3] = x -> conv(a)\n`,
  "use.dm": `use "./${evil}.dm" { A }\n${model}`,
  "string.dm": `model M(c: int = "${evil}") on x: f32[N, 8, 8, 3] = x -> conv(c)\n`,
  "raw.dm": `model M on x: f32[N, 8, 8, 3] = x ${evil} conv(4)\n`,
  "weights.dm": `${model}weights M from "${evil}.safetensors" { "${evil}/*" => "conv/*" }\n`,
  "plain.dm": model,
  [`${evil}.dm`]: "model M on x: f32[N, 8, 8, 3] = x -> nothing\n",
};

const commands: readonly (readonly string[])[] = [
  ...Object.keys(texts).map((file) => ["check", file]),
  ...["title.dm", "expect.dm", `${evil}.dm`].map((file) => ["test", file]),
  ...["require.dm", "match.dm", "missing.dm", "string.dm"].map((file) => ["info", file]),
  ["build", "weights.dm"],
  ["info", "table.dm:M"],
  ["info", `table.dm:M[${evil}]`],
  ["info", `plain.dm:${evil}`],
  ["info", evil],
  ["info", "plain.dm", "--at", evil],
  ["info", "plain.dm", "--at", `N=${evil}`],
  ["info", "plain.dm", "--with", evil],
  ["info", "plain.dm", "--with", `c="${evil}"`],
  ["info", "plain.dm", "--with", `c=${evil}`],
  ["info", "plain.dm", evil],
  ["info", "plain.dm", `--${evil}`],
  ["info", "plain.dm", "--max-size", evil],
  ["explain", evil],
  ["explain", "plain.dm", evil],
  [evil],
  ["help", evil],
  ["build", "plain.dm", "--target", evil],
  ["build", "plain.dm", "--layout", evil],
  ["build", "plain.dm", "--opset", evil],
  ["build", "plain.dm", "--profile", evil],
  ["build", "plain.dm", "--verify", evil],
  ["build", "plain.dm", "--seed", evil],
  ["build", "plain.dm", "-o", `${evil}.onnx`],
  ["build", "plain.dm", "--target", "tfjs", "-o", `${evil}-web`],
  ["build", "plain.dm", "--target", "torch", "--verify", "off", "-o", `${evil}-torch`],
  ["build", "plain.dm", "-o", `nowhere/${evil}.onnx`],
  ["build", "plain.dm", "--weights", `${evil}.safetensors`],
  ["build", "plain.dm", "--weights", "names.safetensors"],
  ["build", "plain.dm", "--weights", "names.safetensors", "--map", evil],
  ["weights", "inspect", "names.safetensors"],
  ["weights", "inspect", evil],
  ["weights", "init", "plain.dm", "-o", `${evil}.safetensors`],
  ["weights", "convert", "names.safetensors", "-o", `${evil}-2.safetensors`],
  ["weights", "convert", "names.safetensors", "--model", "plain.dm", "-o", "c.safetensors"],
  ["verify", "plain.dm", "--targets", evil],
  ["verify", "plain.dm", "--tolerance", evil],
  ["bench", "plain.dm", "--targets", evil],
  ["bench", "plain.dm", "--runs", evil],
  ["quantize", "plain.dm", "--calibration", evil],
  ["quantize", "plain.dm", "--samples", evil],
];

const names = writeSafetensors(
  [{ name: `conv.${evil}`, dtype: "F32", shape: [1], content: () => [new Uint8Array(4)] }],
  { [evil]: evil },
);

describe("nothing of a text steers the terminal", () => {
  inFolder((cwd) => {
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(cwd, file), `dm 1\n${text}`);
    writeFileSync(join(cwd, "names.safetensors"), Buffer.concat([...names.chunks()]));
    return commands.map((args) => [args, deepmacc(args, { cwd })] as const);
  }).forEach(([args, { exit, stdout, stderr }]) => {
    it(JSON.stringify(args), () => {
      expect(exit).not.toBe(70);
      expect(`${stdout}${stderr}`).not.toBe("");
      expect(control.exec(`${stdout}${stderr}`)).toBeNull();
    });
  });
});

describe("a document of --json holds escapes", () => {
  it.each([
    ["check", "require.dm"],
    ["test", "title.dm"],
    ["weights", "inspect", "names.safetensors"],
    ["info", evil],
  ])("%s %j", (...args) => {
    inFolder((cwd) => {
      for (const file of ["require.dm", "title.dm"]) writeFileSync(join(cwd, file), `dm 1\n${texts[file]}`);
      writeFileSync(join(cwd, "names.safetensors"), Buffer.concat([...names.chunks()]));
      const { stdout, stderr } = deepmacc([...args, "--json"], { cwd });
      expect(stderr).toBe("");
      expect(control.exec(stdout)).toBeNull();
      expect(stdout).toContain("\\u202e");
      expect(JSON.stringify(JSON.parse(stdout))).toContain("\u202e");
    });
  });
});

it("a line break in a name begins no line", () => {
  inFolder((cwd) => {
    const file = "a\nb.dm";
    writeFileSync(join(cwd, file), `dm 1\nmodel M on x: f32[N, 8, 8, 3] = x -> nothing\ntest "t" { expect 1 == 2 }\n`);
    for (const args of [
      ["check", file],
      ["test", file],
      ["check", "c\nd.dm"],
      ["build", file],
    ]) {
      const { stdout, stderr } = deepmacc(args, { cwd });
      expect(`${stdout}${stderr}`).toMatch(/[ac]·[bd]/);
      expect(`${stdout}${stderr}`).not.toMatch(/^[bd]\.dm/m);
    }
  });
});

it("one file writes to the terminal, and one that knows nothing but its own words", () => {
  const cli = join(root, "cli");
  const writers = readdirSync(cli, { recursive: true, encoding: "utf8" }).filter(
    (file) =>
      file.endsWith(".ts") && /process\.std(out|err)\.write|console\./.test(readFileSync(join(cli, file), "utf8")),
  );
  expect(writers.sort()).toEqual(["supervise.ts", "terminal.ts"]);
});
