// What the released code answers, by the reference of each operator. tests/parity holds the targets against the same.
import { expect, it } from "vitest";
import { type DetectionCase, detectionCases, detectionTrial } from "../../../tests/detection-cases.ts";
import { evaluate } from "../../evaluate.ts";
import { weightsFrom } from "../../ir/weights.ts";

const cases = detectionCases().map((each): [string, DetectionCase] => [each.name, each]);

it.each(cases)("%s", (_, each) => {
  const { graph, feeds, answers } = detectionTrial(each);
  const results = evaluate(graph, feeds, weightsFrom(new Map()));
  for (const [name, wanted] of answers) {
    const made = results.get(name);
    expect(made?.dims).toEqual(wanted.dims);
    const isWhole = graph.outputs.find((output) => output.name === name)?.value.type.dtype === "i32";
    if (isWhole) expect([...(made?.data ?? [])]).toEqual([...wanted.data]);
    const scale = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    wanted.data.forEach((value, at) => {
      expect(Math.abs((made?.data[at] ?? Number.NaN) - value) / scale, `${name}[${at}]`).toBeLessThan(2e-6);
    });
  }
});
