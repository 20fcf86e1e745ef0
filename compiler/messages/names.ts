// Messages about names: what is unknown, missing, or there twice.
import type { MessageRow } from "../../grammar/index.ts";

export const nameMessages = {
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
  "DM2002/annotation": {
    severity: "error",
    message: "@{name} is given twice",
    docs: "An annotation is given once; a declaration may have several sources (`@paper`), if they differ.",
  },
  "DM2002/test": {
    severity: "error",
    message: 'a test of this file is called "{title}" already',
    docs: "Tests are told apart by their titles, in the list that `deepmacc test` shows and in its document.",
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
} as const satisfies Record<string, MessageRow>;
