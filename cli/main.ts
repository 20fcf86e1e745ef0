// argv -> calls. Commands are loaded when they are asked for: `check` never loads an engine, and `--help` never
// loads the compiler.
import { Command, CommanderError } from "commander";
import { exits, Failure } from "./exit.ts";
import { outcomeOf } from "./failures.ts";
import { version } from "./home.ts";
import type { Declare } from "./host.ts";
import { endWithParent, isSupervised } from "./interrupt.ts";
import { withExamples } from "./options.ts";
import { terminal, watchStreams, writeErr, writeOut } from "./terminal.ts";
import { refuseLooseValues, refuseRepeats, usageFailure } from "./usage.ts";

interface Listed {
  /** Its name and arguments. */
  readonly usage: string;
  readonly about: string;
  load(): Promise<{ readonly declare: Declare }>;
}

const commands: readonly Listed[] = [
  {
    usage: "check <paths...>",
    about: "check every model and block of files, or of what directories hold",
    load: () => import("./check.ts"),
  },
  {
    usage: "test <paths...>",
    about: "run the test blocks of files, or of what directories hold",
    load: () => import("./test.ts"),
  },
  { usage: "build <ref>", about: "write a model file", load: () => import("./build.ts") },
  {
    usage: "verify <ref>",
    about: "run a model in every target that this machine has, and compare with the reference",
    load: () => import("./verify/command.ts"),
  },
  {
    usage: "run <ref>",
    about: "run a model on tensors from files: in an engine, or by its own meaning in float64",
    load: () => import("./run/command.ts"),
  },
  {
    usage: "segment [images...]",
    about: "masks of boxes in pictures, or of what the model finds in them",
    load: () => import("./segment/command.ts"),
  },
  {
    usage: "masks [files...]",
    about: "RLE, polygons and PNG to each other, and what masks cover",
    load: () => import("./masks/command.ts"),
  },
  {
    usage: "weights",
    about: "look at checkpoints, draw and convert them",
    load: () => import("./weights/command.ts"),
  },
  {
    usage: "quantize <ref>",
    about: "write an ONNX file in integers (int8), calibrated on inputs",
    load: () => import("./quantize/command.ts"),
  },
  {
    usage: "bench <ref>",
    about: "time a model in every target that this machine has, against a matrix product",
    load: () => import("./bench/command.ts"),
  },
  {
    usage: "info <ref>",
    about: "shapes, parameters, cost, depth, receptive field and size rule of a model",
    load: () => import("./info.ts"),
  },
  {
    usage: "explain <what> [dimension]",
    about: "the page of a diagnostic, or the reason of a size rule",
    load: () => import("./explain.ts"),
  },
  { usage: "demo", about: "build Hourglass-52, run it, and segment a picture", load: () => import("./demo.ts") },
];

const isJson = process.argv.includes("--json");
const host = terminal(isJson);

async function run(args: readonly string[]): Promise<void> {
  const program = commandLine();
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  const asked = first === "help" ? second : first;
  for (const { usage, about, load } of commands) {
    const command = program.command(usage).description(about);
    if (command.name() === asked) (await load()).declare(command, host);
  }
  if (first === "help" && second !== undefined && !program.commands.some((each) => each.name() === second))
    throw new Failure(exits.usage, `there is no command ${second}`, ["deepmacc help lists them"]);
  refuseRepeats(program);
  refuseLooseValues(args);
  await program.parseAsync(args, { from: "user" });
}

function commandLine(): Command {
  const program = new Command("deepmacc")
    .description(
      "Compiles neural-network architectures written in .dm to ONNX, tfjs and PyTorch, and says what they are.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .configureOutput({ writeOut, writeErr: (text) => isJson || writeErr(text), outputError: () => {} });
  return withExamples(
    program,
    "deepmacc build specs/hg52.dm --target onnx",
    "deepmacc info 'HG[52]' --at S=32,C=50",
    "deepmacc explain DM4101",
  );
}

if (isSupervised()) endWithParent();
watchStreams();
run(process.argv.slice(2)).catch((problem: unknown) => {
  const failure = problem instanceof CommanderError ? usageFailure(problem, process.argv.slice(2)) : problem;
  if (failure !== undefined) host.answer(outcomeOf(failure, host.paint, process.env["DEEPMACC_DEBUG"] === "1"));
});
