// Tensors that a model leaves over although they stand where the tensors stand that it uses: the next block of the
// same stage, the bias of a convolution that has none. A backbone beside a head is none of these.
import type { TensorEntry } from "../../checkpoints/index.ts";
import type { Binding } from "./bind.ts";
import { isStepCounter, stepsOfTensor } from "./roles.ts";

interface FileNode {
  readonly children: Map<string, FileNode>;
}

/** Unused tensors that share a place with used ones, in the order of the file. */
export function leftBeside({ tensors, unused }: Pick<Binding, "tensors" | "unused">): readonly TensorEntry[] {
  const root = newNode();
  for (const { name } of tensors.values()) addName(root, stepsOfTensor(name));
  return unused.filter(({ name }) => isBeside(root, stepsOfTensor(name)));
}

const newNode = (): FileNode => ({ children: new Map() });

function addName(root: FileNode, steps: readonly string[]): void {
  let at = root;
  for (const step of steps) {
    const next = at.children.get(step) ?? newNode();
    at.children.set(step, next);
    at = next;
  }
}

function isBeside(root: FileNode, steps: readonly string[]): boolean {
  if (isStepCounter(steps)) return false;
  let at = root;
  for (const [i, step] of steps.entries()) {
    const next = at.children.get(step);
    if (!next) return i === steps.length - 1 ? holdsWeights(at) : counts(at, step);
    at = next;
  }
  return false;
}

/** The place is a layer: something that is used ends there. */
const holdsWeights = ({ children }: FileNode): boolean =>
  [...children.values()].some((child) => child.children.size === 0);

/** `layer3` beside `layer2`, `12` beside `11`, `conv_2` beside `conv`. */
function counts({ children }: FileNode, step: string): boolean {
  const stem = step.replace(/_?\d+$/, "");
  return stem !== step && [...children.keys()].some((other) => other.replace(/_?\d+$/, "") === stem);
}
