// Every message of the compiler, one row each. A code is never reused; rows that share one are
// variants of the same mistake. Wording: what is wrong, in the user's words, with their values; the
// hint says what to do. `docs` is the page that `deepmacc explain CODE` prints.
import type { MessageRow } from "../grammar/index.ts";

export const messages = {
  // Names
  DM2001: {
    severity: "error",
    message: "unknown name {name}",
    docs: "A name must be declared before it is used: a parameter, a dimension of a port, an earlier statement of the body, a declaration of the file, a name imported with `use`, or an operator.",
  },
  DM2002: {
    severity: "error",
    message: "{name} is already defined in this {place}",
    docs: "Names are defined once in a body or a file, and a body does not reuse the name of a parameter. Data that changes gets a new name: `let y = x -> relu` and then `let z = y -> sigmoid`.",
  },
  DM2003: {
    severity: "error",
    message: '"{path}" does not define {name}',
    docs: "`use` imports by path and name; the name must be a declaration of that file. There is no wildcard, so a reader always sees where a name comes from.",
  },
  DM2004: {
    severity: "error",
    message: "{owner} has no {what} named {name}",
    docs: "After a dot stands a field of a record, or a metric (params, buffers, macs, depth, rf, peak, nodes, shape, requires, skips) or a named value of a model.",
  },
  DM2005: {
    severity: "error",
    message: "{family} has no member {key}",
    docs: "`model HG[r in Table16]` makes one model per row; the member is named by the first column: HG[52].",
  },
  "DM2005/missing": {
    severity: "error",
    message: "{family} is a family of models; name one member",
    docs: "`model HG[r in Table16]` makes one model per row; the member is named by the first column: HG[52].",
  },
  DM2006: {
    severity: "error",
    message: "block {name} has no `return`",
    docs: "The body of a block ends with `return`; the body of a model may state `output`s instead.",
  },
  "DM2006/model": {
    severity: "error",
    message: "model {name} has no `return` and no `output`",
    docs: "The body of a model ends with `return`, or states its `output`s.",
  },
  DM2007: {
    severity: "error",
    message: "{model} has no dimension {name}",
    docs: "`at (S = 32)` fixes a dimension variable of the model's inputs, by its name.",
  },
  DM2008: {
    severity: "error",
    message: "import cycle: {cycle}",
    docs: "Files may not import each other in a circle. Move what both need into a third file.",
  },
  DM2009: {
    severity: "error",
    message: 'cannot read "{path}"{reason}',
    docs: "The path of a `use` is relative to the file that states it and names a .dm file.",
  },
  DM2010: {
    severity: "error",
    message: "{name} is not a value in scope",
    docs: "In a shape, a name with a capital is a dimension variable, bound by its first use in an input; a lower-case name is a parameter or constant.",
  },
  DM2011: {
    severity: "error",
    message: "{name} appears only in the result; no input fixes it",
    docs: "A dimension variable of a result type must be bound by an input port, or be written as a parameter.",
  },
  // Kinds and parameters
  DM3101: {
    severity: "error",
    message: "parameter {param} of {callee} is {expected}, but the value is {actual}",
    docs: "Parameters have types: int, float, bool, str, lists such as int[], enums, records, Block, or a block type such as `[.., S, S, C] -> [.., S, S, 1]`.",
  },
  "DM3101/operand": {
    severity: "error",
    message: "`{operator}` needs {expected}, but the {side} side is {actual}",
    docs: "Kind decides what an operator does: `+` adds numbers, adds lists element by element, or joins tensors of one shape; `f * 3` repeats a block.",
  },
  "DM3101/value": {
    severity: "error",
    message: "{what} must be {expected}, but it is {actual}",
    docs: "A value of another kind is needed here.",
  },
  DM3102: {
    severity: "error",
    message: "{callee} has no parameter {name}",
    docs: "Arguments are given by position or by the name of a parameter.",
  },
  "DM3102/many": {
    severity: "error",
    message: "{callee} takes {count} parameters ({names}), but {given} were given",
    docs: "Arguments are given by position or by the name of a parameter.",
  },
  "DM3102/twice": {
    severity: "error",
    message: "parameter {name} of {callee} is given twice",
    docs: "Each parameter is given once, by position or by name.",
  },
  DM3103: {
    severity: "error",
    message: "parameter {param} of {callee} must be known at compile time, but this is a tensor",
    hint: "tensors flow in from the left: `x -> {callee}(…)`",
    docs: "Parentheses hold compile-time values only: numbers, lists, names, blocks. Tensors flow in from the left of an arrow.",
  },
  DM3104: {
    severity: "error",
    message: "index {index} is outside this list of {length}",
    docs: "Lists count from 0; `c[1..]` is the list without its first element.",
  },
  DM3105: {
    severity: "error",
    message: "{what} must be known at compile time; this is a tensor",
    docs: "The language has no tensor-dependent control flow: `if`, `match`, ranges and `require` decide while the graph is built.",
  },
  DM3106: {
    severity: "error",
    message: "no arm of this match covers {value}",
    docs: "`match` needs an arm for every value that occurs, or an `else` arm.",
  },
  DM3107: {
    severity: "error",
    message: "this row has {cells} cells, but table {table} has {columns} columns ({names})",
    docs: "Every row of a table has one cell per column.",
  },
  DM3108: {
    severity: "error",
    message: "key {key} appears twice in table {table}",
    docs: "The first column of a table names its rows, so its values differ.",
  },
  DM3109: {
    severity: "error",
    message: "`{operator}` does not work on {kind}",
    docs: "Arithmetic works on numbers, `+` also joins tensors of one shape, `*` also repeats blocks. For other arithmetic on tensors use the operators sub, mul and div.",
  },
  DM3110: {
    severity: "error",
    message: "the right side of `->` must be a block, but this is {actual}",
    docs: "Data flows into blocks and operators: `x -> relu`. To join two tensors use `+`, add or concat.",
  },
  DM3111: {
    severity: "error",
    message: "{callee} needs a value for parameter {param}",
    hint: "write `{callee}({param} = …)`",
    docs: "A parameter without a default must be given.",
  },
  DM3112: {
    severity: "error",
    message: "{callee} takes {count} ({names}), but {given}",
    docs: "Several inputs form a tuple: `(features, boxes) -> roi_align(32)`.",
  },
  DM3113: {
    severity: "error",
    message: "result of {callee} lacks field {field}",
    docs: "A declared result with several fields needs each of them.",
  },
  DM3114: {
    severity: "error",
    message: "{callee}: {param} must be {expected}, found {actual}",
    docs: "Parameters of operators have ranges: channels and strides are whole numbers of at least 1.",
  },
  DM3115: {
    severity: "error",
    message: "{callee}: {param} must be a number, but {actual} is a symbolic dimension",
    hint: "fix the size (`at ({variable} = …)`, or `--at {variable}=…`), or make it a parameter",
    docs: "What the weights of a layer depend on must be a number when weights are counted or made.",
  },
  DM3116: {
    severity: "error",
    message: "{what} is past 2^53, the largest whole number that is exact here",
    docs: "Sizes and counts are exact, so they stop at 2^53.",
  },
  DM3117: {
    severity: "error",
    message: "{what} cannot be computed: {reason}",
    docs: "Compile-time arithmetic must give a finite number.",
  },
  DM3207: {
    severity: "error",
    message: "{name} keeps expanding: recursion is {levels} levels deep",
    hint: "make a list parameter shorter on every recursive use",
    docs: "Recursive blocks must shrink: 120 levels are the limit.",
  },
  DM3208: {
    severity: "error",
    message: "this {what} has {count} {unit}; the limit is {limit}",
    docs: "Ranges and lists are walked while the graph is built, so they are bounded.",
  },
  DM3209: {
    severity: "error",
    message: "{name} expands to {count} nodes; the limit is {limit}",
    hint: "reduce a repeat count or a list length",
    docs: "The number of nodes is counted before anything is expanded, so that a slip in a repeat count costs nothing.",
  },
  "DM3209/steps": {
    severity: "error",
    message: "this takes more than {limit} steps to evaluate",
    hint: "reduce a range, a repeat count or a list",
    docs: "Compile-time evaluation is bounded, so that every program ends soon.",
  },
  DM3210: {
    severity: "error",
    message: "{name} has {count} {what}; the limit is {limit}",
    docs: "Sizes are bounded: a dimension by 2^31 - 1, a tensor by 2^40 elements, a model by 10^10 parameters.",
  },
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
    hint: "say it with `where` (for example `{example}`)",
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
    docs: "A skip link is an operand of a join; `without skip` leaves that operand out.",
  },
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
  DM8005: {
    severity: "hint",
    message: "{model} needs {rule}",
    hint: "write `where {rule}`",
    docs: "A `where` tells callers which sizes a model accepts.",
  },
} as const satisfies Record<string, MessageRow>;

export type MessageKey = keyof typeof messages;
