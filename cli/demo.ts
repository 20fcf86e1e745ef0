// `deepmacc demo`: from a page of text to a mask. Builds Hourglass-52, runs it, and says what it made; then segments a
// picture with the small model of the package.
import { basename, dirname, join, relative } from "node:path";
import { summarize } from "../compiler/index.ts";
import { byteText, grouped, magnitude, type Paint, plain, secondText } from "../report/index.ts";
import { isEngineFailure, openSession, type TensorData } from "../runtime/index.ts";
import { build } from "./build.ts";
import { exits, Failure, type Outcome } from "./exit.ts";
import { home } from "./home.ts";
import type { Declare, Host } from "./host.ts";
import { chooseModel } from "./model.ts";
import { withJson } from "./options.ts";
import { segmentPictures } from "./segment/segment.ts";
import { shippedModel, shippedPicture } from "./segment/shipped.ts";

const boxes = 2;

export async function demo(options: { readonly output?: string }, paint: Paint): Promise<Outcome> {
  const spec = shippedSpec("hg52.dm");
  const started = performance.now();
  const built = await build(spec, { target: "onnx", output: options.output ?? "hg52.onnx" }, plain);
  const buildTime = performance.now() - started;
  if (built.exit !== exits.ok) return built;
  const { file, bytes } = built.document as { readonly file: string; readonly bytes: number };
  const ran = await runOnce(file);
  const summary = summaryOf(spec);
  const sample = await segmentSample(dirname(file));
  const rows: readonly (readonly [string, string])[] = [
    ["spec", spec],
    ["file", `${file} (${byteText(bytes)}, written in ${secondText(buildTime)})`],
    ["input", `${ran.input.name} [${ran.input.dims.join(", ")}]`],
    [
      "output",
      `${ran.output.name} [${ran.output.dims.join(", ")}], values from ${ran.low.toPrecision(3)} to ${ran.high.toPrecision(3)}`,
    ],
    ["run", `${boxes} crops in ${secondText(ran.milliseconds)} with ${ran.backend}`],
    ["parameters", grouped(summary.params)],
    ["multiply-adds", `${magnitude(summary.macs)} per crop`],
    ["depth", `${grouped(summary.depth)} weighted layers (52 in the trunk, and the logits)`],
    ["sizes", `${ruleOf()}: any crop of such a size works`],
    ["picture", sample.text],
    ["its weights", sample.weights],
  ];
  return {
    exit: exits.ok,
    document: {
      name: summary.name,
      file,
      bytes,
      input: ran.input,
      output: ran.output,
      params: summary.params,
      macs: summary.macs,
      depth: summary.depth,
      requires: ruleOf(),
      buildMilliseconds: buildTime,
      runMilliseconds: ran.milliseconds,
      picture: sample.document,
    },
    stdout: `${[paint.strong(`${summary.name}: ready`), ...rows.map(([label, value]) => `  ${label.padEnd(14)} ${value}`)].join("\n")}\n`,
  };
}

interface Sample {
  readonly text: string;
  readonly weights: string;
  readonly document: unknown;
}

/** Nothing is said while it runs: the demo has one answer. */
const silent: Host = { paint: plain, answer: () => {}, line: () => {}, status: () => {}, progress: () => {} };

/** The picture of the package with its masks, in a folder. Whoever has no decoder is told how to get one. */
async function segmentSample(out: string): Promise<Sample> {
  const started = performance.now();
  const model = shippedModel();
  const { picture, boxes } = shippedPicture();
  const isTrained = model.weights !== undefined;
  const weights = isTrained ? "trained on drawn scenes" : "fresh: its masks mean nothing before it is trained";
  try {
    const { document } = await segmentPictures([picture], { ...model, boxes, out, masks: "none" }, silent);
    const file = join(out, `${basename(picture, ".jpg")}.overlay.png`);
    const text = `${file}: masks of four boxes in ${picture}, by ${model.model}, ${secondText(performance.now() - started)}`;
    return { text, weights, document: { file, isTrained, ...(document as object) } };
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.exit !== exits.unsupported) throw problem;
    return { text: problem.message, weights, document: { problem: problem.message } };
  }
}

function shippedSpec(name: string): string {
  const path = join(home(), "specs", name);
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
}

function summaryOf(spec: string) {
  const chosen = chooseModel(spec, { at: ["N=1"] });
  const { summary } = summarize(chosen.program, chosen.request, chosen.session);
  if (!summary) throw new Error("the shipped spec has no summary");
  return summary;
}

/** The rule of the whole family member: the ready file fixes the size, so it has nothing left to say. */
function ruleOf(): string {
  const chosen = chooseModel(`${shippedSpec(join("heads", "hourglass.dm"))}:HG[52]`, { at: ["C=50"] });
  return summarize(chosen.program, chosen.request, chosen.session).summary?.requires ?? "";
}

interface Ran {
  readonly input: { readonly name: string; readonly dims: readonly number[] };
  readonly output: { readonly name: string; readonly dims: readonly number[] };
  readonly low: number;
  readonly high: number;
  readonly milliseconds: number;
  readonly backend: string;
}

async function runOnce(file: string): Promise<Ran> {
  const session = await openSession(file);
  if (isEngineFailure(session))
    throw new Failure(session.failure === "engine-missing" ? exits.unsupported : exits.internal, session.message);
  const { backend } = session;
  const port = session.manifest.inputs[0];
  if (!port) throw new Error("the model has no input");
  const dims = port.dims.map((size) => (typeof size === "number" ? size : boxes));
  const started = performance.now();
  const results = await session.run({ [port.name]: pattern(dims) });
  const milliseconds = performance.now() - started;
  await session.close();
  if (isEngineFailure(results)) throw new Error(results.message);
  const [first] = Object.entries(results);
  if (!first) throw new Error("the model has no output");
  const [name, { dims: shape, data }] = first;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { input: { name: port.name, dims }, output: { name, dims: shape }, low, high, milliseconds, backend };
}

/** A smooth pattern: the same on every machine. */
function pattern(dims: readonly number[]): TensorData {
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 0.37) * 0.5;
  return { dims, data };
}

export const declare: Declare = (command, { paint, answer }) => {
  withJson(command.option("-o, --output <file>", "where to write it (hg52.onnx)")).action(
    async (options: { output?: string }) => answer(await demo(options, paint)),
  );
};
