// Messages about kinds, parameters and compile-time values, and about their limits.
import type { MessageRow } from "../../grammar/index.ts";

export const valueMessages = {
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
  "DM3102/several": {
    severity: "error",
    message: "{callee} has no parameters {names}",
    docs: "Arguments are given by position or by the name of a parameter.",
  },
  "DM3102/many": {
    severity: "error",
    message: "{callee} takes {count} ({names}), but {given} were given",
    docs: "Arguments are given by position or by the name of a parameter.",
  },
  "DM3102/none": {
    severity: "error",
    message: "{callee} takes no parameters, but {given} stands in its parentheses",
    hint: "leave the parentheses out, or empty",
    docs: "Arguments are given by position or by the name of a parameter; some operators and blocks have none.",
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
  "DM3103/flow": {
    severity: "error",
    message: "the parentheses of {callee} hold what is known at compile time, but {given}",
    hint: "tensors flow in from the left: `{flow}`",
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
  "DM3108/list": {
    severity: "error",
    message: "{key} stands twice in the list that {family} is made of",
    docs: "The elements of the list name the members of the family, so they differ.",
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
    docs: "Several inputs form a tuple: `(features, boxes) -> crop_and_resize(32)`.",
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
  "DM3115/value": {
    severity: "error",
    message: "{what} must be a number, but {actual} is a free size",
    hint: "fix the size (`at ({variable} = …)`, or `--at {variable}=…`), or make it a parameter",
    docs: "Sizes may stay free in whole arithmetic, in shapes, and as channels. Decimal arithmetic, indices, exponents and what decides how a network is built need numbers.",
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
  "DM3207/stack": {
    severity: "error",
    message: "blocks, functions and expressions are nested too deep in each other here",
    hint: "give parts names of their own, in front",
    docs: "What is nested in each other is evaluated in each other, and no machine does that without end. What stands in a row costs nothing.",
  },
  "DM3207/nested": {
    severity: "error",
    message: "{first} is made of blocks in blocks, more than {limit} deep: {name} is the last that can be looked into",
    hint: "let one body do what several in a row do; equal steps are a `chain`",
    docs: "Blocks are expanded into each other, and 400 levels are the limit, recursive or not. Networks with thousands of layers are deep in a row, not inside each other.",
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
  "DM3209/time": {
    severity: "error",
    message: "this takes longer than {limit} seconds to evaluate",
    hint: "reduce a range, a repeat count or a list",
    docs: "The last resort: steps are counted first, so that the answer is the same on every machine.",
  },
  "DM3209/cancelled": {
    severity: "error",
    message: "this was stopped before it was evaluated",
    docs: "Whoever asked does not wait for the answer any more.",
  },
  DM3210: {
    severity: "error",
    message: "{name} has {count} {what}; the limit is {limit}",
    docs: "Sizes are bounded: a dimension by 2^31 - 1, a tensor by 2^40 elements, a model by 10^10 parameters.",
  },
} as const satisfies Record<string, MessageRow>;
