// Messages about the parts of a model: where it can be cut.
import type { MessageRow } from "../../grammar/index.ts";

export const partMessages = {
  DM5501: {
    severity: "error",
    message: "part {part} needs {missing}, which none of its inputs gives",
    docs: "A part computes its outputs from what stands behind `on`, and from nothing else. Put the value that is missing there as well, or an input of the model; without `on`, the part takes the inputs of the model that it needs.",
  },
  DM5502: {
    severity: "warning",
    message: "part {part} does not need {input}",
    hint: "take it out: it is no input of what is built",
    docs: "What stands behind `on` becomes an input. One that no output needs is left out of the files, so that whoever runs them need not compute it. Where parameters decide what is needed, as a model without instance vectors does, the warning stands only with the ones that need it less.",
  },
  DM5503: {
    severity: "error",
    message: "{part} cannot be cut at {place}: it is {actual}",
    docs: "A model is cut at tensors: named values of its body, fields of records (`det.boxes`), and lists and records as a whole.",
  },
  DM5504: {
    severity: "error",
    message: "{place} is declared {declared} in part {part}, but it is {actual}",
    docs: "The type of an input says what the value is, and may leave an axis free that is fixed inside: `rois: f32[N, K, 4]` takes any number of boxes where the model has 100. A size of its own is a name that the model does not use; other sizes are those of the model.",
  },
  DM5505: {
    severity: "error",
    message: "part {part} stands in block {block}; only models have parts",
    docs: "A part says where a finished model can be cut into files. A block is used inside models, and what it computes is a named value there: cut the model at that.",
  },
  DM5506: {
    severity: "error",
    message: "{model} has no part named {name}",
    docs: "Parts are stated in the body of a model: `part masks on (h.pixel, rois: f32[N, K, 4]) -> masks`. A model that is made from another one has its parts.",
  },
  DM5507: {
    severity: "error",
    message: "the inputs of part {part} do not tell {size}, which it computes with",
    hint: "give an input that has it, or give the axes sizes of their own: `on map: f32[N, P, Q, 8]`",
    docs: "The sizes of a part are read off its inputs. Where it needs the height of the image but takes only a map of a quarter of that, several heights would fit: add an input that has the size, or fix the size with `at`.",
  },
  DM5508: {
    severity: "error",
    message: "with the types of its inputs, {weight} of part {part} would be {found} instead of {whole}",
    docs: "One checkpoint serves a model and its parts, so the type of an input cannot change a weight. Sizes that weights depend on stay as they are; others may be free.",
  },
} as const satisfies Record<string, MessageRow>;
