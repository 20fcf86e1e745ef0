// What the command line says to people who wrote something else: other tools' words, slips, and values that it would
// otherwise take in silence. Nothing is written, and every answer names the way out.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deepmacc, inFolder, spec } from "./deepmacc.ts";

const hourglass = spec("heads/hourglass.dm");
const ref = "HG[10]";

describe("a wrong command line", () => {
  it.each<[args: string[], exit: number, ...says: string[]]>([
    [["build", ref, "--target", "tensorflow"], 2, "--target tfjs", "targets are onnx, tfjs, torch and triton"],
    [["build", ref, "--target", "Keras"], 2, "--target tfjs", "targets are onnx, tfjs, torch and triton"],
    [["build", ref, "--target", "pytorch"], 2, "use --target torch\n"],
    [["build", ref, "--target", "ONNX"], 2, "use --target onnx\n"],
    [["build", ref, "--target", "coreml"], 2, "use --target onnx --profile coreml"],
    [["build", ref, "--target", "trt"], 2, "use --target onnx --profile tensorrt"],
    [["build", ref, "--target", "tflite"], 2, "use --target onnx --profile portable"],
    [["build", ref, "--profile", "trt"], 2, "did you mean tensorrt?", "profiles are portable, webgpu"],
    [["verify", ref, "--targets", "onnx,pytorch"], 2, "use --targets torch", "targets are onnx, tfjs and torch"],
    [["bench", ref, "--targets", "keras"], 2, "use --targets tfjs or --targets torch"],
    [["help", "exprot"], 2, "there is no command exprot"],
    [["-v"], 2, "here it is --version"],
    [["check", ""], 2, "a path is empty"],
    [["build", ref, "--target", "banana"], 2, "targets are onnx, tfjs, torch and triton"],
    [
      ["build", ref, "--target", "torch", "--fold"],
      2,
      "--fold is no option of --target torch",
      "--target onnx, tfjs or triton",
    ],
    [["build", ref, "--target", "tfjs", "--profile", "coreml"], 2, "--profile is no option of --target tfjs"],
    [["build", ref, "--target", "onnx", "--target", "tfjs"], 2, "--target is given twice"],
    [["build", ref, "--seed", "1", "--seed", "2"], 2, "--seed is given twice"],
    [["build", ref, "--no-weights", "--weights", "f"], 2, "--no-weights and --weights contradict each other"],
    [["build", ref, "--weights", "f", "--no-weights"], 2, "--weights and --no-weights contradict each other"],
    [["build", ref, "--fold", "--no-fold"], 2, "--fold and --no-fold contradict each other"],
    [["build", ref, "--format", "onnx"], 2, "here it is --target"],
    [["compile", ref], 2, "here it is deepmacc build"],
    [["summary", ref], 2, "here it is deepmacc info"],
    [[spec("hg52.dm")], 2, "say what to do with it: deepmacc check"],
    [["--target", "onnx", "build", ref], 2, "options stand behind the command"],
    [["info"], 2, "a REF is FILE"],
    [["run", "--input", "x.npy", ref], 2, "the REF stands before --input"],
    [["predict", ref], 2, "here it is deepmacc run"],
    [["info", hourglass, "HG[10]"], 2, "a model stands behind a colon:", "hourglass.dm:HG[10]"],
  ])("%j", (args, exit, ...says) => refused(args, exit, says));
});

describe("sizes and parameters", () => {
  it.each<[args: string[], exit: number, ...says: string[]]>([
    [["info", ref, "--at", "s=32"], 1, "no dimension s", "did you mean S?", "its dimensions are N, S, C"],
    [["info", ref, "--at", "H=32"], 1, "no dimension H", "its dimensions are N, S, C"],
    [["info", ref, "--at", "S=32", "C=50"], 2, "--at S=32,C=50"],
    [["info", ref, "--at", "S=32,", "C=50"], 2, "--at S=32,C=50"],
    [["info", ref, "--at=S=32", "C=50"], 2, "--at S=32,C=50"],
    [["info", "--at", "S=32", "C=50", ref], 2, "--at S=32,C=50"],
    [["info", ref, "--at", "S=32 C=50"], 2, "--at S=32,C=50"],
    [["info", ref, "--at", "S=32", "--at", "S=64"], 2, "gives S twice"],
    [["info", ref, "--with", "nc=4", "scale=2"], 2, "--with nc=4,scale=2"],
    [["info", ref, "--with", "classes=ten"], 1, "HG has no parameter classes", "its parameters are nc, scale"],
    [["info", ref, "--with", "nc=ten"], 1, "parameter nc of HG is int", "write a whole number", "it is 64"],
    [["info", ref, "--at", "S:32"], 2, "--at S=32"],
    [["info", ref, "--at", "S=1_024"], 2, "--at S=1024"],
    [["info", ref, "--at", "N=-1"], 2, "leave N out"],
    [["info", ref, "--at", "N=None"], 2, "leave N out"],
    [["info", ref, "--at", "S=32;C=50"], 2, "--at S=32,C=50"],
    [["info", ref, "--with", "nc"], 2, "--with nc=…"],
    [["info", ref, "--with", "nc=1,2"], 2, "a list stands in brackets: --with 'nc=[1, 2]'"],
    [["info", ref, "--with", "nc=2.5"], 1, "parameter nc of HG is int", "    1 │ nc=2.5\n"],
    [["info", ref, "--with", "nc=4 scale=2"], 1, "    1 │ nc=4 scale=2\n"],
  ])("%j", (args, exit, ...says) => refused(args, exit, says));

  it("that are given in several options are put together", () => {
    expect(deepmacc(["info", ref, "--at", "S=32", "--at", "C=50", "--with", "nc=4"]).stdout).toContain(
      "[N, 32, 32, 50]",
    );
  });
});

describe("a word where a value is wanted", () => {
  const text = `dm 1
enum Act = soft | hard
model A(c: int = 4, s: float = 1.0, mode: str = "a", act: Act = soft, ks: int[] = [1], b: bool = true, f: Block = relu)
  on x: f32[N, H, W, 4] = x -> conv(c) -> scale(s) -> f
`;
  it.each([
    ["c=ten", "A is int", "--with 'c=64'"],
    ["s=lots", "A is float", "--with 's=0.5'"],
    ["mode=wide", "A is str", `--with 'mode="wide"'`],
    ["act=sotf", "A is Act", "Act is soft, hard"],
    ["ks=many", "A is int[]", "--with 'ks=[1, 2]'"],
    ["b=yes", "A is bool", "--with 'b=true'"],
    ["b=False", "A is bool", "--with 'b=false'"],
    ["f=rleu", "A is Block", "did you mean relu?"],
  ])("%s", (field, ...says) =>
    inFolder((cwd) => {
      writeFileSync(join(cwd, "a.dm"), text);
      const { exit, stderr } = deepmacc(["info", "a.dm", "--with", field], { cwd });
      expect(exit).toBe(1);
      for (const words of says) expect(stderr).toContain(words);
      expect(stderr).toContain("where nobody says, it is");
    }),
  );
});

it("a parameter without a value is given with --with", () =>
  inFolder((cwd) => {
    writeFileSync(join(cwd, "a.dm"), "dm 1\nmodel M(c: int) on x: f32[N, 4, 4, 4] = x -> conv(c)\n");
    expect(deepmacc(["info", "a.dm"], { cwd })).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("--with c=…"),
    });
    expect(deepmacc(["info", "a.dm", "--with", "c=3"], { cwd }).stdout).toContain("[N, 4, 4, 3]");
  }));

describe("a REF with a slip in it", () => {
  it.each<[text: string, exit: number, ...says: string[]]>([
    [`${hourglass}:hg[10]`, 2, "did you mean HG[10]?", "its models are HG[10], HG[20]"],
    [`${hourglass}:HG[10`, 2, "did you mean HG[10]?"],
    [`${hourglass}:HG(10)`, 2, "did you mean HG[10]?"],
    [`${hourglass}:HG20NoLR`, 2, "did you mean HG20NoLRS?"],
    [`${hourglass}[10]`, 2, "its models are HG[10], HG[20]"],
    [`${spec("blocks.dm")}:Unit`, 2, "it is declared as a block", "model Net on x: f32[N, H, W, 3] = x -> Unit"],
    [`${hourglass}:`, 2, "names no model", "its models are HG[10], HG[20]"],
    [`${hourglass}:HG[11]`, 1, "members are HG[10], HG[20]"],
    [hourglass, 2, "its models are HG[10], HG[20]"],
    ["hg[10]", 74, "did you mean HG[10], which ships with the package?"],
    ["HG(10)", 74, "did you mean HG[10], which ships with the package?"],
    [spec("heads"), 74, "it is a directory", "name a file in it"],
  ])("%s", (text, exit, ...says) => refused(["info", text], exit, says));
});

/** The same words as text and as a document, no file, and nothing of our own text in a frame. */
function refused(args: readonly string[], exit: number, says: readonly string[]): void {
  inFolder((cwd) => {
    const run = deepmacc(args, { cwd });
    expect(run.exit, run.stderr).toBe(exit);
    for (const words of says) expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain("const x");
    expect(deepmacc([...args, "--json"], { cwd })).toMatchObject({ exit, stderr: "" });
    expect(readdirSync(cwd)).toEqual([]);
  });
}
