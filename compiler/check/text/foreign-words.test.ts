// The words of other libraries: each has one answer, and what is to be written is text of the language.
import { describe, expect, it } from "vitest";
import { parse } from "../../../grammar/index.ts";
import { checkProgram } from "../models/check.ts";
import { foreignWords, functionsOfTensors } from "./foreign-words.ts";
import { loadProgram } from "./program.ts";
import { plainWord } from "./static/foreign.ts";
import { isFunction, isOperator, operatorNames } from "./vocabulary.ts";

const words = foreignWords.flatMap((row) => row.words.split(" "));

it("no word stands twice, and none is a word of ours", () => {
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  const ours = new Set(operatorNames.map(plainWord));
  expect(words.filter((word) => ours.has(plainWord(word)))).toEqual([]);
});

it("every row says something", () => {
  for (const {
    words: [first],
    write,
    note,
  } of foreignWords)
    expect(write ?? note, first).toBeTruthy();
  for (const name of functionsOfTensors.keys()) expect(isFunction(name)).toBe(true);
});

describe("what is to be written is text of the language", () => {
  const written = foreignWords.flatMap(({ write }) => (write === undefined ? [] : [write]));
  it.each([...new Set(written)])("%s", (write) => {
    const text = `block B(c: int) on x: [.., H, W, C] { let y = x -> relu let z = ${write} return z }`;
    const { diagnostics } = parse({ name: "written.dm", text });
    expect(diagnostics).toEqual([]);
    const first = /[a-z_]+/.exec(write.replace(/^\(.*\) -> /, ""))?.[0] ?? "";
    expect(isOperator(first) || /^-?[xy]/.test(write), write).toBe(true);
  });
});

const helpFor = (word: string): string => {
  const text = `model M on x: f32[N, 32, 32, 8] = x -> ${word}`;
  const program = loadProgram({ name: "words.dm", text }, () => ({ error: "" }));
  const diagnostics = checkProgram(program);
  expect(
    diagnostics.map(({ code }) => code),
    word,
  ).toEqual(["DM2001"]);
  return diagnostics[0]?.help.join() ?? "";
};

describe("one message for a word of another library, with the word here", () => {
  it.each([
    ["linear(3)", "dense"],
    ["Linear(3)", "dense"],
    ["fc(3)", "dense"],
    ["cat", "concat"],
    ["concatenate", "concat"],
    ["BatchNorm", "bn"],
    ["BatchNorm2d(8)", "bn"],
    ["batch_norm", "bn"],
    ["BatchNormalization", "bn"],
    ["swish", "silu"],
    ["permute(0, 2)", "transpose"],
    ["gap", "global_avg_pool"],
    ["AdaptiveAvgPool2d(1)", "global_avg_pool"],
    ["GlobalAveragePooling2D", "global_avg_pool"],
    ["Conv2d(8, 3)", "conv"],
    ["Conv2D(8)", "conv"],
    ["conv2d(8)", "conv"],
    ["ConvTranspose2d(8)", "deconv"],
    ["Upsample(2)", "upsample"],
    ["interpolate(2)", "upsample"],
    ["resize(2)", "upsample"],
    ["view(3)", "reshape"],
    ["Flatten", "flatten"],
    ["maxpool(2)", "max_pool"],
    ["MaxPool2d(2)", "max_pool"],
    ["Dropout2d(0.1)", "dropout"],
    ["softmax2d", "softmax"],
    ["LeakyReLU(0.1)", "leaky_relu"],
    ["PReLU", "leaky_relu"],
    ["GELU", "gelu"],
    ["SiLU", "silu"],
    ["Hardswish", "hard_swish"],
    ["Identity", "id"],
    ["ZeroPad2d(1)", "pad"],
    ["matmul", "not here"],
    ["layer_norm", "not here"],
    ["group_norm(4)", "not here"],
    ["attention(8)", "not here"],
    ["Sequential", "->"],
  ])("%s: %s", (word, wanted) => expect(helpFor(word)).toContain(wanted));
});
