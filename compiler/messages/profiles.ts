// What a profile says about a graph that ONNX can express and a runtime cannot. Apart from the other
// messages only because there are many of those.
import type { MessageRow } from "../../grammar/index.ts";

export const profileMessages = {
  DM7201: {
    severity: "error",
    message: "{backend} cannot run {onnx}, which {op} is written as: {reason}",
    docs: "`build --profile` holds the graph against what a runtime can run. A node that it cannot run ends the load, or sends the tensors of every run to the processor and back. `docs/profiles.md` has the whole table and its sources.",
  },
  DM7202: {
    severity: "warning",
    message: "{backend} is slow at {onnx}, which {op} is written as: {reason}",
    docs: "`build --profile` holds the graph against what a runtime can run. This node runs, at a price. `docs/profiles.md` has the whole table and its sources.",
  },
  DM7203: {
    severity: "error",
    message: "{backend} cannot run {model}: {reason}",
    docs: "`build --profile` holds the graph against what a runtime can run: free sizes, weights that are inputs, the number of axes. `docs/profiles.md` has the whole table and its sources.",
  },
  DM7204: {
    severity: "warning",
    message: "{backend} runs {model} at a price: {reason}",
    docs: "`build --profile` holds the graph against what a runtime can run. The model runs, but slower than it could, or not with older readers. `docs/profiles.md` has the whole table and its sources.",
  },
} as const satisfies Record<string, MessageRow>;
