// Every message of the compiler, one row each. A code is never reused; rows that share one are
// variants of the same mistake. Wording: what is wrong, in the user's words, with their values; the
// hint says what to do. `docs` is the page that `deepmacc explain CODE` prints.
import type { MessageRow } from "../../grammar/index.ts";
import { nameMessages } from "./names.ts";
import { partMessages } from "./parts.ts";
import { profileMessages } from "./profiles.ts";
import { valueMessages } from "./values.ts";

export const messages = {
  ...nameMessages,
  ...valueMessages,

  // Sizes and shapes
  DM4101: {
    severity: "error",
    message: "{callee} requires {condition}",
    docs: "The `where` of a block states which sizes it accepts. The caller gives another size: change the size, or the block.",
  },
  DM4102: {
    severity: "error",
    message: "{text} must be exact, but {left} is {value}",
    hint: "use `//` (floor) or `cdiv(…)` (ceil) where a remainder is fine",
    docs: "`/` is exact division, for dims and whole numbers alike; `//` is floor and `cdiv` is ceil. Decimal numbers divide as usual: 1.0 / 3.",
  },
  DM4103: {
    severity: "error",
    message: "requirement does not hold: {condition}",
    docs: "`require` states what must be true at this place of the body.",
  },
  DM4104: {
    severity: "error",
    message: "no size {variable} satisfies both: {first} and {second}",
    docs: "Two rules of the network exclude each other, so no size works.",
  },
  DM4105: {
    severity: "error",
    message: "cannot decide {condition} for every value of {variables}",
    hint: "state what you know: `where {condition}`",
    docs: "A condition on a free size must be true for all sizes or false for all sizes, unless a `where` says more.",
  },
  DM4106: {
    severity: "error",
    message: "this needs a relation between {variables}: {condition}",
    docs: "An equation with several free sizes that do not separate needs a relation that only the author can state.",
  },
  "DM4106/period": {
    severity: "error",
    message: "`{condition}` has too many cases to be decided for every {variable}",
    hint: "fix the size with `at ({variable} = …)`, or say what you know with `where`",
    docs: "What works is found by trying every remainder of the free size; beyond 4,194,304 of them the rule is not looked for.",
  },
  DM4201: {
    severity: "error",
    message: "cannot add {left} and {right}: {difference}",
    docs: "A join needs equal shapes; nothing is broadcast.",
  },
  "DM4201/join": {
    severity: "error",
    message: "{op} needs equal shapes, got {left} and {right}: {difference}",
    docs: "A join needs equal shapes; nothing is broadcast.",
  },
  DM4202: {
    severity: "error",
    message: "concat joins channels, but the other axes differ: {left} and {right}",
    docs: "`concat` joins the last axis; all other axes must be equal.",
  },
  DM4203: {
    severity: "error",
    message: "{op} wants {expected}, got {actual}",
    docs: "Spatial operators work on [.., H, W, C]; dense works on [.., C].",
  },
  DM4204: {
    severity: "error",
    message: "{op}: {channels} {which} channels do not split into {groups} groups",
    docs: "Input and output channels of a grouped convolution must be multiples of the number of groups.",
  },
  DM4205: {
    severity: "error",
    message: "{op} with kernel {kernel} does not fit: output {axis} would be {size}",
    docs: "A window without padding must fit into its input.",
  },
  "DM4205/size": {
    severity: "error",
    message: "{op} leaves nothing: output {axis} would be {size}",
    docs: "Every axis of a tensor has at least one element.",
  },
  "DM4205/input": {
    severity: "error",
    message: "an axis of this input would have size {size}",
    docs: "Every axis of an input has at least one element. A size that is only known when the model runs has a name of its own, such as N.",
  },
  DM4206: {
    severity: "error",
    message: "cannot reshape {count} values into {shape}, which holds {held}",
    docs: "A reshape keeps the number of values of one sample.",
  },
  DM4207: {
    severity: "error",
    message: "{callee} wants {wanted} for {port}, so axis {axis} must be {expected}, but {actual} flows in",
    docs: "A port type is an equation: a parameter or an expression in it must equal the size that flows in.",
  },
  "DM4207/rank": {
    severity: "error",
    message: "{callee} wants {wanted} for {port}, but {actual} flows in",
    docs: "The rank and type of what flows in must fit the port.",
  },
  DM4208: {
    severity: "error",
    message: "{op} needs a known feature count, but it is {count}",
    hint: "fix the size: `at ({variable} = …)` or `--at {variable}=…`, or make it a parameter",
    docs: "Weights have a fixed shape, so the sizes that they depend on must be numbers when weights are counted or made.",
  },
  DM4209: {
    severity: "error",
    message: "cannot {op} {left} and {right}",
    hint: "`-> cast({left})`",
    docs: "Types are never converted silently.",
  },
  DM4210: {
    severity: "error",
    message: "this reshape would mix the batch axis {batch} with {other}",
    docs: "Samples of a batch stay apart: reshape works on what follows the leading axes.",
  },
  DM4211: {
    severity: "error",
    message: "a weight has at most {limit} axes, and this one {count}",
    docs: "`param` makes one weight, the same for every sample: its axes are those of one sample.",
  },
  DM4301: {
    severity: "error",
    message:
      "result of {callee} is declared {declared}, so axis {axis} should be {expected}, but the body gives {actual}",
    docs: "A result type is a promise of the author; the body must keep it for every size that `where` admits.",
  },
  "DM4301/rank": {
    severity: "error",
    message: "result of {callee} is declared {declared}, but the body gives {actual}",
    docs: "A result type is a promise of the author.",
  },
  // Phases, skips, weights
  DM5101: {
    severity: "error",
    message: "{input} exists only in {phase}, but it is used in the {used} graph",
    docs: "An `input … in train` is not there at inference. `match phase { train => …, infer => … }` chooses per phase.",
  },
  DM5102: {
    severity: "error",
    message: "{output} is in {phase}, but what it needs exists only in {other}",
    docs: "An output `in train` must be computable in train.",
  },
  DM5201: {
    severity: "error",
    message: "{name} is shared, so every use must have the same channels as the first one",
    docs: "`share` makes one set of weights; every use must fit it.",
  },
  DM5202: {
    severity: "error",
    message: "{model} uses weights at inference that training never reaches: {paths}",
    docs: "The weights of the infer graph must be trained, so the train graph must reach them too.",
  },
  DM5301: {
    severity: "error",
    message: "both operands of this {join} were removed by `without skip`",
    docs: "A join whose operands are all dropped has no value.",
  },
  DM5302: {
    severity: "error",
    message: "{model} has no skip named {name}",
    docs: "`M without skip n` removes a skip that M, or a block below it, states with `skip n = …`.",
  },
  DM5303: {
    severity: "error",
    message: "skip {name} may only meet a join (+, add, concat), so that `without` can remove it",
    hint: "what others read as well has a name of its own: `let y = …`, then `skip {name} = y`",
    docs: "A skip link is an operand of a join; `without skip` leaves that operand out.",
  },
  DM5401: {
    severity: "error",
    message: "{weight} is {wanted}, but {tensor} in {file} is {found}",
    docs: "A tensor is bound to a weight by its name, and must have its shape. Kernels may have their axes as TensorFlow (HWIO) or as PyTorch (OIHW) orders them; those of one name (`kernel`, `weight`) have one order in a file.",
  },
  DM5402: {
    severity: "error",
    message: "{file} has no tensor for {missing} of the {total} weights of {model}",
    docs: 'Every weight of a model needs a tensor. The notes name weights without one, and tensors that nothing uses. A rule `"left" => "right"` binds names of the file (left) to weights of the model (right).',
  },
  DM5403: {
    severity: "error",
    message: "{pattern} is no pattern: {reason}",
    docs: "Steps of a pattern are text, `*` (one step), `**` (any number of steps), `<Name>` (what the mapping of that name maps), and text with captures: `layer-{i}`, `layer-{2 * i + 1}`.",
  },
  DM5404: {
    severity: "error",
    message: "{file} cannot be used: {reason}",
    docs: "The file of a `weights` declaration is damaged, or is no checkpoint. Safetensors files and TensorFlow checkpoints (the name without `.index`) can be read.",
  },
  "DM5404/missing": {
    severity: "warning",
    message: "{file} is not there, so its weights are not checked",
    docs: "A checkpoint is large and often not on the machine that checks a text, so a missing one is a warning here. `build` needs it.",
  },
  DM5405: {
    severity: "error",
    message: "these rules take too many steps on {file}",
    docs: "Rules with many `**` and `<Name>` can fit a name in very many ways. Write more of the steps out.",
  },
  DM5406: {
    severity: "warning",
    message: "nothing says how the axes of {tensors} in {file} lie; they are taken in {order}'s order",
    docs: "A square kernel has the same shape in TensorFlow's order (HWIO, IO) and in PyTorch's (OIHW, OI), but other numbers. The word at the end of its name decides (`kernel` is TensorFlow's, `weight` PyTorch's), and so do the shapes of other kernels of the same name. Where neither does, say it: `--axes torch`, or `@axes(torch)` in front of the mapping or of `weights`.",
  },
  "DM5406/torn": {
    severity: "warning",
    message:
      "{tensors} in {file} are named as {other} does it, but the shapes beside them fit {order}'s order only, which is taken",
    docs: "Names of a file say one order of axes and shapes the other. Shapes prove the order of kernels that are not square; it is taken for the square ones of the same name too.",
  },
  DM5407: {
    severity: "warning",
    message: "{tensors} in {file}: PyTorch flattens a map channels first, this model channels last",
    docs: "`flatten` puts the features of a map pixel by pixel with channels innermost, as Keras does; PyTorch puts channel after channel. The rows of a dense kernel behind it are in that order, so a checkpoint from PyTorch gives wrong values where nothing is said. `--flatten torch`, or `@flatten(torch)` in front of the mapping or of `weights`, puts them in the order of the model, exactly; `--flatten tensorflow` says that they are in that order already, as those of a module are that `build --target torch` wrote. The same holds for a dense layer whose output is reshaped to a map.",
  },
  "DM5407/mixed": {
    severity: "error",
    message:
      "{tensor} in {file} cannot be put in the order of this model: a flattened map is a part of its features only",
    docs: "The rows of a dense kernel can be reordered where all of them are one flattened map. Behind a `concat` or a `slice` of features they are not; transpose the map before it is flattened, as PyTorch has it: `transpose(3, 1, 2) -> flatten`.",
  },
  DM5408: {
    severity: "error",
    message: "{file} has {count} where {model} has its own: it is the checkpoint of {fitting}",
    docs: "A checkpoint of a larger member of a family has every weight of a smaller one, and layers more. The smaller model would run with weights that were trained for another network, and give wrong values. Tensors elsewhere in a file (a backbone beside a head) are no mistake.",
  },
  "DM5408/more": {
    severity: "warning",
    message: "{file} has {count} where {model} has its own: {tensors}",
    docs: "Tensors that no weight uses stand in the same layers or in the same list of blocks as those that are used: the file may belong to a deeper model, or to one whose convolutions have biases. Where the model means to leave them out, all is well.",
  },
  ...partMessages,
  // Tests
  DM6001: {
    severity: "error",
    message: "expectation failed: {reason}",
    docs: "`expect` states what must be true of the architecture.",
  },
  DM6002: {
    severity: "error",
    message: "expected {code}, but {what}",
    docs: "`expect … fails CODE` passes only when that diagnostic is raised first.",
  },
  // Targets
  DM7001: {
    severity: "error",
    message: "{op} cannot be written as {target}: {reason}",
    docs: "A target can express only the operators that it has a lowering for.",
  },
  DM7101: {
    severity: "error",
    message: "{target} computes {path} differently: off by {difference} of scale, where {tolerance} is allowed",
    docs: "`verify` runs what a target wrote and compares it with the operators' own references in float64. The place is the first layer that differs although everything that flows into it agrees. That is a mistake of the runtime or of deepmacc, and worth a report; `--tolerance` allows more where single precision is the reason.",
  },
  DM7102: {
    severity: "error",
    message: "{op} has no reference to compare with: {reason}",
    docs: "`verify` compares what a target computes with what the operators mean in float64. This operator has no such meaning written down yet, and so no target that could be wrong.",
  },
  ...profileMessages,
  // Lints
  DM8001: {
    severity: "warning",
    message: "parameter {name} of {owner} is never used",
    docs: "An unused parameter misleads the reader; remove it or use it.",
  },
  DM8003: {
    severity: "warning",
    message: "the path of these weights contains {segment}; name it with `as`",
    docs: "A counter such as `_2` depends on the lines above, so inserting a line would rename the weights. `-> conv(8) as second` pins the name.",
  },
  DM8004: {
    severity: "hint",
    message: "{given} is stricter than needed; {needed} is enough",
    docs: "The compiler finds the exact set of sizes; this `where` excludes sizes that work.",
  },
  DM8006: {
    severity: "warning",
    message: "this input is a map of {rows} rows with {channels} channels",
    hint: "axes are [N, H, W, C]; with channels last it is `{meant}`",
    docs: "Axes are in logical order everywhere, channels last, whatever a target does inside; `--layout nchw` gives a file that takes channels first. A small second axis and a free last one look like the order of PyTorch.",
  },
  "DM8006/none": {
    severity: "warning",
    message: "None is the name of a size, and {count} axes of this input have that size",
    hint: "each free size has a name of its own: `f32[N, H, W, 3]`",
    docs: "A name in a shape is a dimension, and stands for the same number wherever it stands. Keras and ONNX write None for every axis that is free.",
  },
  DM8007: {
    severity: "warning",
    message: "{callee}({given}) makes {c} channels with a kernel of {k}",
    hint: "how many channels flow in is known from the left: `{meant}`",
    docs: "PyTorch's layers are given the channels that flow in first. Here the first number is how many flow out, the second the kernel, the third the stride.",
  },
  DM8008: {
    severity: "warning",
    message: "nothing reads {name}, so its weights are not built",
    hint: "use it, or take it out",
    docs: "What no output needs is left out of the graph, its weights included. A value that is computed and not read is mostly a slip.",
  },
  DM8005: {
    severity: "hint",
    message: "{model} needs {rule}",
    hint: "write `where {rule}`",
    docs: "A `where` tells callers which sizes a model accepts.",
  },
} as const satisfies Record<string, MessageRow>;

export type MessageKey = keyof typeof messages;
