// argv -> calls. Commands load what they need when they run: `check` never loads an engine, and
// `--help` never loads the compiler.
import { Command, CommanderError } from "commander";
import type { BenchOptions } from "./bench/bench.ts";
import type { BuildOptions } from "./build.ts";
import type { CheckOptions } from "./check.ts";
import { exits, Failure, type Outcome } from "./exit.ts";
import { apology, failureDocument, renderFailure } from "./failures.ts";
import { version } from "./home.ts";
import { paintFor } from "./paint.ts";
import type { ModelOptions, SourceOptions } from "./programs.ts";
import type { QuantizeOptions } from "./quantize/quantize.ts";
import type { VerifyOptions } from "./verify/verify.ts";
import type { ConvertOptions, InitOptions } from "./weights/write.ts";

const json = process.argv.includes("--json");
const out = paintFor(process.stdout, process.env);
const err = paintFor(process.stderr, process.env);
/** Frames go to stderr; answers to stdout. One paint for both, the more careful of the two. */
const paint = process.stdout.isTTY ? err : out;

/** Many values of one option: `--at S=32 --at C=50` is `--at S=32,C=50`. */
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function print({ exit, document, stdout = "", stderr = "" }: Outcome): void {
  process.exitCode = exit;
  if (json) {
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  if (stderr !== "") process.stderr.write(stderr);
  if (stdout !== "") process.stdout.write(stdout);
}

function commandLine(): Command {
  const program = new Command("deepmacc");
  program
    .description(
      "Compiles neural-network architectures written in .dm to ONNX, tfjs and PyTorch, and says what they are.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText(
      "after",
      examples(
        "deepmacc build specs/hg52.dm --target onnx",
        "deepmacc info 'HG[52]' --at S=32,C=50",
        "deepmacc explain DM4101",
      ),
    )
    .exitOverride()
    .configureOutput({ writeErr: (text) => void (json || process.stderr.write(text)) });
  addChecks(program);
  addBuild(program);
  addVerify(program);
  addWeights(program);
  addQuantize(program);
  addBench(program);
  addQuestions(program);
  return program;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n\nA REF is FILE (its only model), FILE:MODEL or FILE:MODEL[KEY]; models that ship with the package need no file.`;
}

const withSources = (command: Command): Command =>
  command
    .option("--max-size <bytes>", "largest source file (4MiB)")
    .option("--json", "print one JSON document and nothing else");

const withModel = (command: Command): Command =>
  withSources(command)
    .option("--at <sizes>", "fix dimensions: N=1,S=32,C=50", collect)
    .option("--with <fields>", "set parameters: nc=4,head=HG[20]", collect);

const withWeights = (command: Command): Command =>
  withModel(command)
    .option("--seed <number>", "draw the weights with this seed (0)")
    .option("--weights <path>", "a checkpoint: safetensors, a TensorFlow checkpoint, or a directory with one")
    .option("--map <file>", "how its names are read: FILE or FILE:MAPPING (what fits of specs/weights)");

function addChecks(program: Command): void {
  withSources(program.command("check").argument("<files...>", "model files"))
    .description("check every model and block of the files")
    .option("--hints", "show hints as well")
    .addHelpText("after", examples("deepmacc check specs/hg52.dm", "deepmacc check nets/*.dm --json"))
    .action(async (files: string[], options: CheckOptions) =>
      print((await import("./check.ts")).check(files, options, paint)),
    );
  withSources(program.command("test").argument("<files...>", "model files"))
    .description("run the test blocks of the files")
    .addHelpText("after", examples("deepmacc test specs/heads/hourglass.dm"))
    .action(async (files: string[], options: SourceOptions) =>
      print((await import("./test.ts")).test(files, options, paint)),
    );
}

function addBuild(program: Command): void {
  withWeights(program.command("build").argument("<ref>", "the model"))
    .description("write a model file")
    .requiredOption("--target <target>", "what to write: onnx (a file), tfjs or torch (a directory)", "onnx")
    .option("-o, --output <path>", "where to write it (the model's name in this directory)")
    .option("--layout <layout>", "axes of inputs and outputs: nhwc, as in the text, or nchw (nhwc)")
    .option("--fold", "multiply batch norms into the layers before them (onnx does; tfjs does not, to be trainable)")
    .option("--no-fold", "keep batch norms as they are")
    .option("--no-weights", "write the architecture alone (in ONNX, weights become inputs)")
    .option("--opset <number>", "ONNX operator set, 16 to 21 (18)")
    .option("--ir <number>", "ONNX IR version, 8 to 10 (8)")
    .option("--profile <runtime>", "refuse what it cannot run: portable, webgpu, coreml, tensorrt or openvino (none)")
    .option(
      "--verify <how>",
      "run the file and compare: off, quick (small models, one input; not torch) or full (quick)",
    )
    .addHelpText(
      "after",
      examples(
        "deepmacc build specs/hg52.dm --target onnx",
        "deepmacc build 'specs/heads/hourglass.dm:HG[100]' --at S=32,C=50",
        "deepmacc build 'HG[20]' --at S=32,C=50 --with nc=16 -o small.onnx --layout nchw",
        "deepmacc build 'HG[20]' --at C=50 --target tfjs -o hg20-web",
        "deepmacc build 'HG[52]' --at C=50 --target torch -o hg52",
      ),
    )
    .action(async (reference: string, options: BuildOptions) =>
      print(await (await import("./build.ts")).build(reference, options, paint, progress())),
    );
}

function addVerify(program: Command): void {
  withWeights(program.command("verify").argument("<ref>", "the model"))
    .description("run a model in every target that this machine has, and compare with the reference")
    .option("--targets <names>", "which targets: onnx,tfjs,torch (all that this machine can run)")
    .option("--tolerance <number>", "largest difference, relative to the largest value (1e-5)")
    .option("--layout <layout>", "axes of inputs and outputs: nhwc or nchw (nhwc)")
    .option("--no-fold", "keep batch norms as nodes of their own")
    .addHelpText(
      "after",
      examples("deepmacc verify 'HG[20]' --at C=50 --with nc=8", "deepmacc verify nets/mine.dm --json"),
    )
    .action(async (reference: string, options: VerifyOptions) =>
      print(await (await import("./verify/verify.ts")).verify(reference, options, paint, showStatus)),
    );
}

function addWeights(program: Command): void {
  const weights = program.command("weights").description("look at checkpoints, draw and convert them");
  weights
    .command("inspect")
    .argument("<file>", "a checkpoint: safetensors, a TensorFlow checkpoint, or a directory with one")
    .description("names, types and shapes of what a checkpoint holds")
    .option("--json", "print one JSON document and nothing else")
    .addHelpText("after", examples("deepmacc weights inspect deepmac/ckpt-0"))
    .action(async (file: string) => print((await import("./weights/inspect.ts")).inspect(file, paint)));
  withModel(weights.command("init").argument("<ref>", "the model"))
    .description("write fresh weights as safetensors, under the paths of the model")
    .option("-o, --output <file>", "where to write them (the model's name in this directory)")
    .option("--seed <number>", "draw them with this seed (0)")
    .addHelpText("after", examples("deepmacc weights init 'HG[20]' --at C=50 --seed 7 -o hg20.safetensors"))
    .action(async (reference: string, options: InitOptions) =>
      print(await (await import("./weights/write.ts")).init(reference, options, paint, progress())),
    );
  withModel(weights.command("convert").argument("<file>", "the checkpoint to read"))
    .description("write a checkpoint as safetensors: for a model under its paths, or every tensor as it is")
    .requiredOption("-o, --output <file>", "where to write it")
    .option("--model <ref>", "the model whose paths the tensors get")
    .option("--map <file>", "how names are read: FILE or FILE:MAPPING (what fits of specs/weights)")
    .addHelpText(
      "after",
      examples(
        "deepmacc weights convert deepmac/ckpt-0 -o deepmac.safetensors",
        "deepmacc weights convert deepmac/ckpt-0 --model 'HG[100]' --at C=50 -o head.safetensors",
      ),
    )
    .action(async (file: string, options: ConvertOptions) =>
      print(await (await import("./weights/write.ts")).convert(file, options, paint, progress())),
    );
}

function addQuantize(program: Command): void {
  withWeights(program.command("quantize").argument("<ref>", "the model"))
    .description("write an ONNX file in integers (int8), calibrated on inputs")
    .option("-o, --output <file>", "where to write it (the model's name and -int8 in this directory)")
    .option("--calibration <files...>", "inputs to calibrate on: .npy or .safetensors (random: standard normal)")
    .option("--samples <number>", "how many random samples (64)")
    .option("--batch <number>", "samples in one run (8)")
    .option("--layout <layout>", "axes of inputs and outputs: nhwc, as in the text, or nchw (nhwc)")
    .option("--opset <number>", "ONNX operator set, 16 to 21 (18)")
    .option("--ir <number>", "ONNX IR version, 8 to 10 (8)")
    .option("--profile <runtime>", "refuse what it cannot run: portable, webgpu, coreml, tensorrt or openvino (none)")
    .addHelpText(
      "after",
      examples("deepmacc quantize specs/hg20.dm", "deepmacc quantize 'HG[52]' --at S=32,C=50 --calibration crops.npy"),
    )
    .action(async (reference: string, options: QuantizeOptions) =>
      print(await (await import("./quantize/quantize.ts")).quantize(reference, options, paint, showStatus)),
    );
}

function addBench(program: Command): void {
  withWeights(program.command("bench").argument("<ref>", "the model"))
    .description("time a model in every target that this machine has, against a matrix product")
    .option("--targets <names>", "which targets: onnx,tfjs,torch (all that this machine can run)")
    .option("--batch <numbers>", "batch sizes (1,8)")
    .option("--runs <number>", "runs of each, in turn, after three that do not count (30)")
    .option("--threads <number>", "threads of the engine (as many as there are cores)")
    .option("--quantized", "time the int8 model as well")
    .option("--layout <layout>", "axes of inputs and outputs: nhwc or nchw (nhwc)")
    .option("--no-fold", "keep batch norms as nodes of their own")
    .addHelpText(
      "after",
      examples("deepmacc bench specs/hg20.dm", "deepmacc bench 'HG[52]' --at S=32,C=50 --batch 1,8,100 --quantized"),
    )
    .action(async (reference: string, options: BenchOptions) =>
      print(await (await import("./bench/bench.ts")).bench(reference, options, paint, showStatus)),
    );
}

function addQuestions(program: Command): void {
  withModel(program.command("info").argument("<ref>", "the model"))
    .description("shapes, parameters, cost, depth, receptive field and size rule of a model")
    .addHelpText("after", examples("deepmacc info specs/hg52.dm", "deepmacc info 'HG[52]' --at C=50"))
    .action(async (reference: string, options: ModelOptions) =>
      print((await import("./info.ts")).info(reference, options, paint)),
    );
  withModel(
    program
      .command("explain")
      .argument("<what>", "a code such as DM4101, or a model")
      .argument("[dimension]", "a dimension of the model, such as S"),
  )
    .description("the page of a diagnostic, or the reason of a size rule")
    .addHelpText("after", examples("deepmacc explain DM4101", "deepmacc explain 'HG[52]' S"))
    .action(async (what: string, dimension: string | undefined, options: ModelOptions) =>
      print((await import("./explain.ts")).explain(what, dimension, options, paint)),
    );
  program
    .command("demo")
    .description("build Hourglass-52, run it, and say what was made")
    .option("-o, --output <file>", "where to write it (hg52.onnx)")
    .option("--json", "print one JSON document and nothing else")
    .action(async (options: { output?: string }) => print(await (await import("./demo.ts")).demo(options, paint)));
}

/** What long work is at, on a terminal only; "" leaves no trace. */
function showStatus(text: string): void {
  if (!process.stderr.isTTY || json) return;
  process.stderr.write(text === "" ? "\r\u001b[K" : `\r  ${text}\u001b[K`);
}

/** Long builds show how far they are. */
function progress(): (written: number, total: number) => void {
  let shown = 0;
  return (written, total) => {
    const now = performance.now();
    const done = written >= total;
    if (total < 32e6 || (now - shown < 100 && !done)) return;
    shown = now;
    showStatus(done ? "" : `writing ${Math.floor((100 * written) / total)} %`);
  };
}

/** Help and version are answers; whatever else commander refuses is a wrong command line. */
function refuse(problem: unknown): void {
  if (problem instanceof CommanderError) {
    const asked = problem.exitCode === 0;
    process.exitCode = asked ? exits.ok : exits.usage;
    if (json && !asked)
      printDocument(failureDocument({ exit: exits.usage, message: problem.message.replace(/^error: /, ""), help: [] }));
    return;
  }
  if (problem instanceof Failure) {
    process.exitCode = problem.exit;
    if (json) printDocument(failureDocument(problem));
    else process.stderr.write(renderFailure(problem, err));
    return;
  }
  process.exitCode = exits.internal;
  const text = apology(problem, process.env["DEEPMACC_DEBUG"] === "1");
  if (json) printDocument(failureDocument({ exit: exits.internal, message: text.trim(), help: [] }));
  else process.stderr.write(text);
}

const printDocument = (document: unknown): void => void process.stdout.write(`${JSON.stringify(document)}\n`);

/** A reader that has seen enough (`| head`) is no error of ours. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (problem: NodeJS.ErrnoException) =>
    process.exit(problem.code === "EPIPE" ? (process.exitCode ?? exits.ok) : exits.io),
  );
}

commandLine().parseAsync(process.argv).catch(refuse);
