// Bad input of every kind: a clear message, the right exit code, bounded time and memory, no stack
// trace, and never half an output.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { bin, deepmacc, inFolder, type Run, spec } from "./deepmacc.ts";

const secondLimit = 2;
const megabyteLimit = 300;

function expectCalm(run: Run): void {
  expect(run.exit).not.toBe(70);
  expect(run.stdout + run.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(run.stdout + run.stderr).not.toMatch(/internal|undefined|NaN|\[object/);
  expect(run.cpu).toBeLessThan(secondLimit);
  expect(run.peak).toBeLessThan(megabyteLimit);
}

const model = (body: string): string => `dm 1\nmodel M on x: f32[N, S, S, 8] = ${body}\n`;

/** Lines made from their numbers. */
const chainOf = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const chain = (count: number, line: (i: number) => string): string => `dm 1\n${chainOf(count, line)}\n`;

/** Each leads to the next by its rule; the last takes a step of its own. */
const mappings = (count: number, rule: (next: number) => string): string =>
  `${chain(count, (i) => `mapping A${i} { ${rule(i + 1)} }`)}mapping A${count} { "x" => "y" }\n`;

describe("a file", () => {
  const cases: readonly (readonly [title: string, content: string | Buffer, exits: readonly number[], says: RegExp])[] =
    [
      ["that is empty", "", [0], /nothing wrong/],
      [
        "of random bytes",
        Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 197 + (i >> 3)) % 256)),
        [1],
        /DM1004/,
      ],
      ["with a NUL", "model A\0B", [1], /DM1004/],
      ["in UTF-16", Buffer.from("\ufeffmodel A", "utf16le"), [1], /UTF-16/],
      ["with a byte order mark", "\ufeffdm 1\nblock A on x: [.., C] = x -> relu\n", [0], /nothing wrong/],
      ["with CRLF", "dm 1\r\nblock A on x: [.., C] = x -> relu\r\n", [0], /nothing wrong/],
      ["with CR alone", "dm 1\rblock A on x: [.., C] = x -> relu\r", [0], /nothing wrong/],
      ["without a last line end", "dm 1\nblock A on x: [.., C] = x -> relu", [0], /nothing wrong/],
      ["with a lone closing brace", "}}}}}}", [1], /error\[DM1/],
      ["of a million opened parentheses", `const a = ${"(".repeat(1e6)}`, [5], /DM1111|DM1007/],
      ["of a million nested parentheses", `const a = ${"(".repeat(1e6)}1${")".repeat(1e6)}`, [5], /DM1111|DM1007/],
      ["of a million nested lists", `const a = ${"[".repeat(1e6)}`, [5], /DM1111|DM1007/],
      ["of a million minus signs", `const a = ${"-".repeat(1e6)}1`, [5], /DM1111|DM1007/],
      ["with a sum of a hundred thousand terms", `const a = ${"1 + ".repeat(1e5)}1`, [0], /nothing wrong/],
      [
        "with a table of twenty thousand rows",
        `table T { | a | b |\n${Array.from({ length: 4e4 }, (_, i) => `| ${i} | 2 |\n`).join("")} }`,
        [0],
        /nothing wrong/,
      ],
      [
        "with ten thousand times the same default",
        `defaults { ${"conv(bias = false) ".repeat(1e4)}}`,
        [1],
        /given twice/,
      ],
      ["with a list of a hundred thousand numbers", `const a = [${"1, ".repeat(1e5)}]`, [0], /nothing wrong/],
      ["with half a million numbers", `const a = [${"1, ".repeat(5e5)}]`, [5], /DM1007/],
      ["larger than the limit", `# ${"x".repeat(5e6)}`, [5], /limit is 4194304/],
      [
        "with names that objects have",
        "dm 1\nconst __proto__ = 1\nconst constructor = 2\nconst toString = 3\n",
        [0],
        /nothing wrong/,
      ],
      ["with a repeat bomb", model("x -> ((relu * 1000000) * 1000) * 1000"), [5], /DM3209|DM3208/],
      [
        "with a nested repeat bomb",
        "dm 1\nblock A on x: [.., C] = x -> relu * 10000\nblock B on x: [.., C] = x -> A * 10000\nblock D on x: [.., C] = x -> B * 10000\nmodel M on x: f32[N, 8] = x -> D\n",
        [5],
        /DM3209/,
      ],
      ["with a chain of 10^12", model("x -> chain i in 0..1000000000000 { relu }"), [5], /DM3208|DM3209/],
      ["with a list of 10^12", model("(each i in 0..1000000000000 { x }) -> concat"), [5], /DM3208|DM3209/],
      ["with 9^9^9^9", "dm 1\nconst a = 9^9^9^9\n", [5], /2\^53/],
      [
        "with a dimension past 2^53",
        "dm 1\nmodel M on x: f32[N, 9007199254740993, 8, 8] = x -> conv(8)\n",
        [5],
        /9007199254740993/,
      ],
      ["with a dimension past 2^31", "dm 1\nmodel M on x: f32[N, 4294967296, 8, 8] = x -> conv(8)\n", [5], /DM3210/],
      ["with a tensor past 2^40", "dm 1\nmodel M on x: f32[N, 2000000, 2000000, 8] = x -> relu\n", [5], /DM3210/],
      [
        "with endless recursion",
        "dm 1\nblock F(n: int) on x: [.., C] = x -> F(n + 1)\nmodel M on x: f32[N, 8] = x -> F(1)\n",
        [5],
        /DM3207/,
      ],
      ["with an endless function", "dm 1\nfn f(n: int) -> int = f(n + 1)\nconst a = f(1)\n", [1, 5], /DM3207/],
      ["with a constant of itself", "dm 1\nconst a = a + 1\n", [1], /error\[/],
      ["that imports itself", 'dm 1\nuse "./a.dm" { A }\nblock A on x: [.., C] = x\n', [1], /DM2008|DM2002/],
      ["that imports what is missing", 'dm 1\nuse "./bloks.dm" { A }\nblock B on x: [.., C] = x -> A\n', [1], /DM2009/],
      ["of the future", "dm 3\n", [1], /DM1110/],
      [
        "of ten thousand models with an unknown name",
        Array.from({ length: 1e4 }, (_, i) => `model A${i} on x: f32[N, 8] = x -> sigmoi`).join("\n"),
        [1],
        /did you mean sigmoid/,
      ],
      [
        "with lists that are added without end",
        "dm 1\nconst a = grow b = [1] over i in 0..100000 { b + b }\nmodel M on x: f32[N, 8] = x -> dense(len(a))\n",
        [5],
        /DM3209/,
      ],
      [
        "with a string that doubles",
        'dm 1\nfn d(s: str, n: int) -> str = if n == 0 then s else d(s + s, n - 1)\nconst a = d("dm", 60)\nblock A on x: [.., C] = x -> dense(len([a]))\n',
        [5],
        /DM3208/,
      ],
      [
        "with a block that holds itself twice, sixty times over",
        "dm 1\nfn d(p: Block, n: int) -> Block = if n == 0 then p else d(p -> p, n - 1)\nmodel A(p: Block = relu) on x: f32[N, 8] = x -> p\nmodel B = A with { p = d(relu, 60) }\n",
        [5],
        /DM3209/,
      ],
      [
        "with loops inside loops",
        "dm 1\nconst a = len(each i in 0..1000000 { len(each j in 0..5000000 { j }) })\n",
        [5],
        /DM3208|DM3209/,
      ],
      [
        "with a hundred constants that each take almost all steps",
        chain(100, (i) => `const a${i} = len(each i in 0..1000000 { i + ${i} })`),
        [5],
        /DM3209/,
      ],
      [
        "whose sizes repeat after four million",
        chain(
          12,
          (i) =>
            `model M${i} on x: f32[N, H, W, 4] = x + (x -> max_pool(${4194301 - 2 * i}) -> upsample(${4194301 - 2 * i}))`,
        ),
        [5],
        /DM3209/,
      ],
      [
        "with a recursion that forgets to shrink in its maps",
        "dm 1\nblock F(n: int) on x: [.., H, W, C] = x + (x -> conv(C) -> max_pool(2) -> F(n) -> upsample(2))\nmodel M on x: f32[N, S, S, 4] = x -> F(3)\n",
        [5],
        /DM3207|DM3209/,
      ],
      [
        "with a table of twenty thousand rows",
        `dm 1\ntable T {\n  | a | b |\n${chainOf(20_000, (i) => `  | ${i} | ${2 * i} |`)}\n}\nmodel M on x: f32[N, 8] = x -> dense(T[3].b)\n`,
        [0],
        /nothing wrong/,
      ],
      [
        "with a chain of four thousand mappings",
        mappings(4000, (i) => `"a/<A${i}>" => "b/<A${i}>"`),
        [0],
        /nothing wrong/,
      ],
      [
        "with a circle of four thousand mappings",
        mappings(4000, (i) => `"<A${i % 4000}>" => "<A${i % 4000}>"`),
        [1],
        /DM5403/,
      ],
      [
        "with a chain of four thousand blocks",
        `dm 1\nblock B0 on x: [.., C] = x -> relu\n${chainOf(4000, (i) => `block B${i + 1} on x: [.., C] = x -> B${i}`)}\n`,
        [5],
        /DM3207/,
      ],
      [
        "with a chain of four thousand constants",
        chain(4000, (i) => (i === 3999 ? "const c3999 = 1" : `const c${i} = c${i + 1} + 1`)),
        [0],
        /nothing wrong/,
      ],
      [
        "with a chain of a thousand tables",
        chain(1000, (i) => `table T${i} {\n  | a | b |\n  | 1 | ${i === 999 ? 2 : `T${i + 1}[1].b + 1`} |\n}`),
        [0],
        /nothing wrong/,
      ],
    ];

  const uses = (count: number, body: (i: number) => string) => (i: number) =>
    `block B${count - i} on x: [.., H, W, C] ${i === count ? "= x -> relu" : body(count - i - 1)}`;
  const models = "model M on x: f32[N, 8, 8, 4] = x -> B4000\nmodel L on x: f32[N, 4, 4, 4] = x -> B3999";
  const said: readonly (readonly [title: string, text: string, says: RegExp])[] = [
    [
      "four thousand blocks in each other, first to last",
      `${chainOf(4001, (i) => uses(4000, (next) => `= x -> B${next} -> relu`)(4000 - i))}\n${models}`,
      /more than 400 deep/,
    ],
    [
      "four thousand blocks in each other, last to first",
      `${models}\n${chainOf(
        4001,
        uses(4000, (next) => `= x -> B${next} -> relu`),
      )}`,
      /more than 400 deep/,
    ],
    [
      "bodies that exhaust the stack before",
      chainOf(
        399,
        uses(398, (next) => `{\n let y = if H > 0 then (x -> relu) else x\n return (y -> B${next}) + (y -> relu)\n}`),
      ),
      /nested too deep/,
    ],
    [
      "seven blocks in a circle",
      `${chainOf(7, (i) => `block A${i} on x: [.., C] = x -> A${(i + 1) % 7}`)}\nmodel M on x: f32[N, 8] = x -> A0`,
      /keeps expanding/,
    ],
    [
      "a recursion whose maps outgrow every limit",
      "block R(n: int) on x: [.., H, W, C] = if n == 0 then x else x -> conv(C * 2) -> R(n)\nmodel M on x: f32[N, 8, 8, 4] = x -> R(3)",
      /R keeps expanding.*\n[\s\S]*note: the result of conv has 2147483648 elements on one axis/,
    ],
    [
      "a recursion whose free sizes outgrow every limit",
      "block R(n: int) on x: [.., H, W, C] = if n == 0 then x else x -> upsample(1000) -> R(n)\nmodel M on x: f32[N, S, S, 4] = x -> R(3)",
      /DM3116/,
    ],
  ];
  it.each(said)("%s: one message", (_title, text, says) => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), `dm 1\n${text}\n`);
      const run = deepmacc(["check", "a.dm"], { cwd });
      expect(run.exit).toBe(5);
      expect(run.stderr).toMatch(says);
      expect(run.stderr.match(/^error\[/gm)).toHaveLength(1);
      expectCalm(run);
    });
  });

  it("a hundred files that each take almost all steps share one budget", () => {
    inFolder((cwd) => {
      for (let i = 0; i < 100; i++)
        writeFileSync(join(cwd, `m${i}.dm`), `dm 1\nconst a${i} = len(each i in 0..1000000 { i + ${i} })\n`);
      const run = deepmacc(["check", "."], { cwd });
      expect(run.exit).toBe(5);
      expect(run.stderr.match(/^error\[DM3209/gm)).toHaveLength(1);
      expect(run.cpu).toBeLessThan(12);
      expect(run.peak).toBeLessThan(megabyteLimit);
    });
  });

  it("two hundred files of an ordinary size are no trouble", () => {
    inFolder((cwd) => {
      const text = readFileSync(spec("heads/hourglass.dm"), "utf8");
      for (let i = 0; i < 200; i++) writeFileSync(join(cwd, `m${i}.dm`), text.replace(/^use /gm, "# use "));
      expect(deepmacc(["check", "."], { cwd }).stderr).not.toContain("DM3209");
    });
  });

  it.each(cases)("%s", (_title, content, exits, says) => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), content);
      const run = deepmacc(["check", "a.dm"], { cwd });
      expect(exits, run.stderr.slice(0, 500)).toContain(run.exit);
      expect(run.stdout + run.stderr).toMatch(says);
      expectCalm(run);
    });
  });

  it("a cycle of imports is shown as a path", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), 'dm 1\nuse "./b.dm" { B }\nblock A on x: [.., C] = x -> B\n');
      writeFileSync(join(cwd, "b.dm"), 'dm 1\nuse "./a.dm" { A }\nblock B on x: [.., C] = x -> A\n');
      const run = deepmacc(["check", "a.dm"], { cwd });
      expect(run.exit).toBe(1);
      expect(run.stderr).toContain("a.dm -> b.dm -> a.dm");
      expectCalm(run);
    });
  });

  it("a chain of three thousand imports", () => {
    inFolder((cwd) => {
      for (let i = 0; i < 3000; i++)
        writeFileSync(join(cwd, `m${i}.dm`), `dm 1\nuse "./m${i + 1}.dm" { c${i + 1} }\nconst c${i} = c${i + 1} + 1\n`);
      writeFileSync(join(cwd, "m3000.dm"), "dm 1\nconst c3000 = 1\n");
      const run = deepmacc(["check", "m0.dm"], { cwd });
      expect(run.exit, run.stderr.slice(0, 500)).toBe(0);
      expectCalm(run);
    });
  });

  it("a test over a million numbers", () => {
    inFolder((cwd) => {
      writeFileSync(
        join(cwd, "a.dm"),
        'dm 1\ntest "a" {\n  for i in each j in 0..1000000 { j } { expect i >= 0 }\n}\n',
      );
      const run = deepmacc(["test", "a.dm"], { cwd });
      expect(run.exit).toBe(5);
      expect(run.stderr).toContain("DM3209");
      expectCalm(run);
    });
  });

  it("a link that points to itself", () => {
    inFolder((cwd) => {
      symlinkSync("a.dm", join(cwd, "a.dm"));
      const run = deepmacc(["check", "a.dm"], { cwd });
      expect(run.exit).toBe(74);
      expectCalm(run);
    });
  });
});

describe("a path", () => {
  it.each([
    ["check", "nowhere.dm", /cannot read nowhere\.dm: no such file/],
    ["info", ".", /it is a directory/],
    ["check", "a.dm/b.dm", /not a directory|no such/],
  ] as const)("%s %s", (command, path, says) => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), "dm 1\n");
      const run = deepmacc([command, path], { cwd });
      expect(run.exit).toBe(74);
      expect(run.stderr).toMatch(says);
      expectCalm(run);
    });
  });
});

it.runIf(existsSync("/dev/zero"))("a device that never ends is read up to the limit", () => {
  const run = deepmacc(["check", "/dev/zero"]);
  expect(run.exit).toBe(5);
  expect(run.stderr).toContain("the limit is 4194304");
  expectCalm(run);
});

it("a name of five thousand letters is too long", () => {
  const run = deepmacc(["check", "x".repeat(5000)]);
  expect(run.exit).toBe(74);
  expect(run.stderr).toContain("the name is too long");
  expectCalm(run);
});

describe("an output", () => {
  const small = ["build", "HG[10]", "--at", "S=32,C=50", "--with", "nc=2"];

  it("into a folder that is not there", () => {
    inFolder((cwd) => {
      const run = deepmacc([...small, "-o", "no/where.onnx"], { cwd });
      expect(run.exit).toBe(74);
      expect(run.stderr).toContain("no/where.onnx");
      expectCalm(run);
      expect(readdirSync(cwd)).toEqual([]);
    });
  });

  it("that is a directory", () => {
    inFolder((cwd) => {
      mkdirSync(join(cwd, "out"));
      const run = deepmacc([...small, "-o", "out"], { cwd });
      expect(run.exit).toBe(74);
      expect(run.stderr).toContain("it is a directory");
      expectCalm(run);
      expect(readdirSync(cwd)).toEqual(["out"]);
    });
  });

  it.runIf(existsSync("/dev/full"))("onto a full device", () => {
    const run = deepmacc([...small, "-o", "/dev/full"]);
    expect(run.exit).toBe(74);
    expect(run.stderr).toContain("cannot write /dev/full: no space left on the disk");
    expectCalm(run);
  });

  it.runIf(process.platform === "linux")("that nobody reads", () => {
    inFolder((cwd) => {
      spawnSync("mkfifo", [join(cwd, "pipe")]);
      for (const args of [
        ["build", spec("hg20.dm"), "--no-weights"],
        ["weights", "init", spec("hg20.dm")],
      ]) {
        const run = deepmacc([...args, "-o", "pipe"], { cwd });
        expect(run.exit).toBe(74);
        expect(run.stderr).toContain("cannot write pipe: nobody reads this pipe");
      }
    });
  });

  it.runIf(process.platform === "linux")("where nothing may be written", () => {
    const run = deepmacc([...small, "-o", "/proc/a.onnx"]);
    expect(run.exit).toBe(74);
    expect(run.stderr).toContain("/proc/a.onnx");
    expectCalm(run);
  });

  // A limit on the size of files stands for a disk that runs full in the middle.
  it.runIf(process.platform === "linux")("on a disk that runs full leaves the older one whole", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.onnx"), "the older one");
      const line = `ulimit -f 100; trap '' XFSZ; exec "${process.execPath}" "${bin}" build 'HG[20]' --at S=32,C=50 --with nc=16 -o a.onnx`;
      const run = spawnSync("bash", ["-c", line], { cwd, encoding: "utf8" });
      expect(run.status, run.stderr).toBe(74);
      expect(run.stderr).toContain("cannot write a.onnx");
      expect(readFileSync(join(cwd, "a.onnx"), "utf8")).toBe("the older one");
      expect(readdirSync(cwd)).toEqual(["a.onnx"]);
    });
  });

  it("of a model with too many parameters", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), model("x -> conv(100000000) -> conv(100000000, k = 9) as second"));
      const run = deepmacc(["build", "a.dm"], { cwd });
      expect(run.exit, run.stderr).toBe(5);
      expectCalm(run);
      expect(readdirSync(cwd)).toEqual(["a.dm"]);
    });
  });

  it("of a model that is refused leaves the older one whole", () => {
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.onnx"), "the older one");
      expect(deepmacc(["build", "HG[52]", "--at", "S=48,C=50", "-o", "a.onnx"], { cwd }).exit).toBe(1);
      expect(readFileSync(join(cwd, "a.onnx"), "utf8")).toBe("the older one");
    });
  });

  it("interrupted leaves no folder behind", async () => {
    await inFolder(async (cwd) => {
      const command = [bin, "bench", spec("hg20.dm"), "--with", "nc=4", "--targets", "onnx", "--runs", "100000"];
      const child = spawn(process.execPath, command, { stdio: "ignore", env: { ...process.env, TMPDIR: cwd } });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await vi.waitUntil(() => readdirSync(cwd).length > 0, { timeout: 50_000 });
      child.kill("SIGINT");
      expect(await ended).toBe(130);
      expect(readdirSync(cwd)).toEqual([]);
    });
  });

  it.each([80, 150, 220, 300])("killed after %d ms is old or new, never half", async (delay) => {
    await inFolder(async (cwd) => {
      writeFileSync(join(cwd, "a.onnx"), "the older one");
      const child = spawn(process.execPath, [bin, "build", spec("hg52.dm"), "-o", "a.onnx"], { cwd, stdio: "ignore" });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGKILL");
      await ended;
      const { size } = statSync(join(cwd, "a.onnx"));
      expect(size === 13 || size > 90e6, `${size} bytes`).toBe(true);
      expect(deepmacc([...small, "-o", "a.onnx"], { cwd }).exit).toBe(0);
      expect(readdirSync(cwd)).toEqual(["a.onnx"]);
    });
  });
});
