// Float program -> program with QuantizeLinear and DequantizeLinear around every node that can work on
// integers (QDQ). A runtime that knows the pattern runs integers; any other runs the same meaning in floats.
import type { WeightReader } from "../../../ir/weights.ts";
import type { OnnxNode, Program } from "../program.ts";
import type { Calibration } from "./calibration.ts";
import { planQuantization, type Step } from "./plan.ts";
import { addNode, floatOf, integersFor, type Rewriting, stepsOfTensor } from "./rewriting.ts";
import { writeLayer, writeNorm, writeSpread } from "./write-layer.ts";

/** Changes the program in place. */
export function quantizeProgram(
  program: Program,
  outputs: readonly string[],
  calibration: Calibration,
  weights: WeightReader,
): void {
  const plan = planQuantization(program, outputs);
  const rewriting: Rewriting = {
    program,
    plan,
    outputs: new Set(outputs),
    calibration,
    weights,
    initialisers: new Map(program.initialisers.map((initialiser) => [initialiser.name, initialiser])),
    quantized: new Map(),
  };
  program.nodes = [];
  for (const step of plan.steps) write(step, rewriting);
  program.forgetUnread();
}

function write(step: Step, r: Rewriting): void {
  switch (step.kind) {
    case "float":
      r.program.nodes.push({ ...step.node, inputs: step.node.inputs.map((input) => floatOf(input, r)) });
      return;
    case "move":
      return writeMove(step.node, r);
    case "join":
      return writeJoin(step, r);
    case "layer":
      return writeLayer(step, r);
    case "norm":
      return writeNorm(step, r);
    case "spread":
      return writeSpread(step, r);
  }
}

function writeMove(node: OnnxNode, r: Rewriting): void {
  const [first = "", ...others] = node.inputs;
  const { name, steps } = integersFor(first, r, node.doc);
  addNode(node, node.output, [name, ...others], steps, r);
}

function writeJoin({ node, output, positive }: Step & { kind: "join" }, r: Rewriting): void {
  const inputs = node.inputs.map((input) => integersFor(input, r, node.doc).name);
  addNode(node, output, inputs, stepsOfTensor(output, positive, r), r);
}
