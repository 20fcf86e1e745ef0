// The syntax tree: a closed set of readonly records, consumed by exhaustive switches. Every node has
// a span that carries its file. Left-associative operators are flat lists (`operation`, `flow`), so
// that a sum of a hundred thousand terms does not nest a hundred thousand levels.
import type { Source, Span } from "./span.ts";

/** An identifier as written, with its place. */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface File {
  readonly kind: "file";
  readonly source: Source;
  /** The number after `dm`, where the file states one. */
  readonly edition?: { readonly value: number; readonly span: Span };
  readonly uses: readonly Use[];
  readonly declarations: readonly Declaration[];
  /**
   * Names whose declaration (or import) did not parse, or only in part. A message about one of them
   * would only repeat that its text is wrong. Absent when everything parsed.
   */
  readonly damaged?: ReadonlySet<string>;
  /** Of these, the declarations: what is left of them in the tree is not all that was written. */
  readonly partial?: ReadonlySet<string>;
  readonly span: Span;
}

/** `use "./blocks.dm" { Unit, Basic as B }` */
export interface Use {
  readonly kind: "use";
  readonly path: string;
  readonly pathSpan: Span;
  readonly names: readonly { readonly name: Name; readonly alias?: Name }[];
  readonly span: Span;
}

/** `@paper("arXiv:2104.00613", table = 16)` */
export interface Annotation {
  readonly name: Name;
  readonly args: readonly Argument[];
  readonly span: Span;
}

interface Documented {
  /** The text of the `##` lines in front, one line each, without the marks. */
  readonly doc?: string;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
}

export type Declaration = Const | Fn | TypeAlias | Enum | Table | Block | Model | Test | Weights | Mapping | Defaults;

export interface Const extends Documented {
  readonly kind: "const";
  readonly name: Name;
  readonly type?: Type;
  readonly value: Expression;
}
export interface Fn extends Documented {
  readonly kind: "fn";
  readonly name: Name;
  readonly params: readonly Param[];
  readonly result?: Type;
  readonly value: Expression;
}
export interface TypeAlias extends Documented {
  readonly kind: "type";
  readonly name: Name;
  readonly type: Type;
}
export interface Enum extends Documented {
  readonly kind: "enum";
  readonly name: Name;
  readonly members: readonly Name[];
}
export interface Table extends Documented {
  readonly kind: "table";
  readonly name: Name;
  readonly columns: readonly Name[];
  readonly rows: readonly { readonly cells: readonly Expression[]; readonly span: Span }[];
}
export interface Block extends Documented {
  readonly kind: "block";
  readonly name: Name;
  readonly signature: Signature;
  readonly body: Body;
}
export interface Model extends Documented {
  readonly kind: "model";
  readonly name: Name;
  /** `[r in Table16]`: one model per row. */
  readonly family?: { readonly variable: Name; readonly over: Expression };
  readonly signature: Signature;
  readonly body: Body;
}
export interface Test extends Documented {
  readonly kind: "test";
  readonly title: string;
  readonly titleSpan: Span;
  readonly statements: readonly TestStatement[];
}
/** `weights HG[52] from "hg52.safetensors" { "a/*" => "b/*" }` */
export interface Weights extends Documented {
  readonly kind: "weights";
  readonly model: Expression;
  readonly path: string;
  readonly pathSpan: Span;
  readonly rules: readonly WeightRule[];
}
/** `mapping Level { "inner_block/0/<Level>" => "inner/hourglass/<Level>" }` */
export interface Mapping extends Documented {
  readonly kind: "mapping";
  readonly name: Name;
  readonly rules: readonly WeightRule[];
}
/** Names in a file on the left, paths of weights on the right; what is in the strings is the compiler's business. */
export interface WeightRule {
  readonly from: string;
  readonly fromSpan: Span;
  readonly to: string;
  readonly toSpan: Span;
  readonly span: Span;
}
/** `defaults { conv(bias = false) }`: applies to operators written in this file. */
export interface Defaults extends Documented {
  readonly kind: "defaults";
  readonly entries: readonly { readonly operator: Name; readonly args: readonly Argument[]; readonly span: Span }[];
}

export interface Param {
  readonly name: Name;
  readonly type?: Type;
  readonly default?: Expression;
  readonly doc?: string;
  readonly span: Span;
}
export interface Port {
  readonly name: Name;
  readonly type: TypeAtom;
  readonly span: Span;
}
export interface Signature {
  readonly params: readonly Param[];
  /** Absent: the declaration has no `on`. */
  readonly ports?: readonly Port[];
  readonly result?: TypeAtom;
  readonly where: readonly Expression[];
  readonly span: Span;
}
export type Body =
  | { readonly kind: "expression"; readonly value: Expression; readonly span: Span }
  | { readonly kind: "statements"; readonly statements: readonly Statement[]; readonly span: Span };

interface Stated {
  readonly doc?: string;
  readonly span: Span;
}
export type Statement =
  | (Stated & { readonly kind: "let"; readonly pattern: Pattern; readonly type?: TypeAtom; readonly value: Expression })
  | (Stated & { readonly kind: "skip"; readonly name: Name; readonly type?: TypeAtom; readonly value: Expression })
  | (Stated & { readonly kind: "share"; readonly name: Name; readonly value: Expression })
  | (Stated & { readonly kind: "require"; readonly condition: Expression; readonly reason?: string })
  | (Stated & { readonly kind: "return"; readonly value: Expression })
  | (Stated & { readonly kind: "input"; readonly name: Name; readonly type: TypeAtom; readonly phase?: Name })
  | (Stated & {
      readonly kind: "output";
      readonly name: Name;
      readonly type?: TypeAtom;
      readonly value: Expression;
      readonly phase?: Name;
    })
  | (Stated & { readonly kind: "loss"; readonly name: Name; readonly value: Expression })
  | (Stated & Part);

/** `part masks on (h.pixel, rois: f32[N, K, 4]) -> masks`: where a model can be cut. */
export interface Part {
  readonly kind: "part";
  readonly name: Name;
  /** Absent: the inputs of the model that it needs. */
  readonly inputs?: readonly Cut[];
  /** Names, and fields of names. */
  readonly outputs: readonly Expression[];
}

/** What becomes an input of a part. */
export interface Cut {
  readonly value: Expression;
  readonly type?: TypeAtom;
  readonly span: Span;
}

export type Pattern =
  | { readonly kind: "name"; readonly name: Name; readonly span: Span }
  | { readonly kind: "tuple"; readonly names: readonly Name[]; readonly span: Span }
  | { readonly kind: "record"; readonly names: readonly Name[]; readonly span: Span };

export type TestStatement =
  | {
      readonly kind: "expect";
      readonly value: Expression;
      readonly within?: Expression;
      /** The diagnostic code after `fails`. */
      readonly fails?: Name;
      readonly span: Span;
    }
  | {
      readonly kind: "for";
      readonly variable: Name;
      readonly over: Expression;
      readonly statements: readonly TestStatement[];
      readonly span: Span;
    }
  | { readonly kind: "let"; readonly name: Name; readonly value: Expression; readonly span: Span };

/** `int`, `MaskHead`, or a block type `[.., S, S, C] -> [.., S, S, 1]`. */
export type Type =
  | TypeAtom
  | { readonly kind: "arrow"; readonly from: TypeAtom; readonly to: TypeAtom; readonly span: Span };

export type TypeAtom =
  /** `[.., H, W, C]`, `f32[N, 4]`; `int[]` parses as a tensor type with no dims and is read as a list. */
  | {
      readonly kind: "tensor";
      readonly dtype?: Name;
      readonly leading: boolean;
      readonly dims: readonly Expression[];
      readonly span: Span;
    }
  | { readonly kind: "named"; readonly name: Name; readonly span: Span }
  | {
      readonly kind: "fields";
      readonly fields: readonly { readonly name: Name; readonly type: TypeAtom }[];
      readonly span: Span;
    };

export interface Argument {
  /** Present for `label = value`. */
  readonly label?: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `{ a: 1, b = 2, c }`; a field without a value means the name itself. */
export interface Field {
  readonly label: Name;
  readonly value?: Expression;
  readonly span: Span;
}

/** One stage of a flow: `-> f * 3 as name: [.., 8]`. */
export interface Stage {
  readonly block: Expression;
  readonly repeat?: Expression;
  readonly alias?: Name;
  readonly aliasType?: TypeAtom;
  readonly span: Span;
}

export type InfixOperator = "or" | "and" | "+" | "-" | "*" | "/" | "//" | "%";
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "~=";

export type Expression =
  /** `text` is the literal as written, unit included; `value` has the unit applied (K M G B decimal, KiB MiB GiB binary). */
  | { readonly kind: "number"; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "name"; readonly text: string; readonly span: Span }
  /** `(e)`: kept, because `(a + b) -> f` and `a + b -> f` differ. */
  | { readonly kind: "group"; readonly inner: Expression; readonly span: Span }
  /** `()`, `(a, b)`, `(a,)`. */
  | { readonly kind: "tuple"; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: "record"; readonly fields: readonly Field[]; readonly span: Span }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
      readonly span: Span;
    }
  | { readonly kind: "match"; readonly subject: Expression; readonly arms: readonly Arm[]; readonly span: Span }
  | {
      readonly kind: "chain";
      readonly variable: Name;
      readonly range: Range;
      readonly body: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "each";
      readonly variable: Name;
      readonly range: Range;
      readonly body: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "grow";
      readonly accumulator: Name;
      readonly start: Expression;
      readonly variable: Name;
      readonly range: Range;
      readonly body: Expression;
      readonly span: Span;
    }
  | { readonly kind: "flow"; readonly head: Expression; readonly stages: readonly Stage[]; readonly span: Span }
  /** `a + b - c`: one precedence level, left to right. */
  | {
      readonly kind: "operation";
      readonly first: Expression;
      readonly rest: readonly {
        readonly operator: InfixOperator;
        readonly operatorSpan: Span;
        readonly operand: Expression;
      }[];
      readonly span: Span;
    }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly operatorSpan: Span;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expression; readonly span: Span }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: Expression; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Argument[]; readonly span: Span }
  | { readonly kind: "member"; readonly object: Expression; readonly label: Name; readonly span: Span }
  | { readonly kind: "index"; readonly object: Expression; readonly index: Expression; readonly span: Span }
  | {
      readonly kind: "slice";
      readonly object: Expression;
      readonly from?: Expression;
      readonly to?: Expression;
      readonly span: Span;
    }
  | { readonly kind: "with"; readonly object: Expression; readonly fields: readonly Field[]; readonly span: Span }
  | { readonly kind: "without"; readonly object: Expression; readonly skip: Name; readonly span: Span }
  | { readonly kind: "at"; readonly object: Expression; readonly args: readonly Argument[]; readonly span: Span };

/** `0..n` has both ends; a list to walk has only `from`. */
export interface Range {
  readonly from: Expression;
  readonly to?: Expression;
  readonly span: Span;
}

export interface Arm {
  readonly pattern:
    | { readonly kind: "name"; readonly text: string; readonly span: Span }
    | { readonly kind: "number"; readonly value: number; readonly span: Span }
    | { readonly kind: "string"; readonly value: string; readonly span: Span }
    | { readonly kind: "else"; readonly span: Span };
  readonly value: Expression;
  readonly span: Span;
}
