// The grammar of types and expressions, and what all rules share. Two things differ from the text of the
// language reference on purpose.
// Expressions are flat here: operands with operators between them. `../to-tree/operators.ts` applies
// precedence, so a sum of a hundred thousand terms costs no stack, one operand costs two nodes instead
// of twelve, and `->` meeting `+` gets its own message.
// And where a comma may end a list, a gate looks at the second token; everything else is LL(1), which
// keeps the analysis at start-up short.
import {
  type CstChildrenDictionary,
  type CstElement,
  type CstNode,
  CstParser,
  type IParserErrorMessageProvider,
  type TokenType,
} from "chevrotain";
import * as t from "../tokens.ts";

const listEnds: ReadonlySet<TokenType> = new Set([t.RightRound, t.RightSquare, t.RightCurly]);

/** What was expected at one place; `../syntax-error.ts` turns it into a message. */
export type Expectation =
  | "expression"
  | "type"
  | "body"
  | "equals"
  | "declaration"
  | "statement"
  | "pattern"
  | "arm"
  | "port"
  | "place";
export const expecting = (what: Expectation) => ({ ERR_MSG: what });

// The text of chevrotain's errors is only a key here: an `Expectation`, or the name of a token type.
const keys: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "end",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "",
};

const Children = function () {} as unknown as { new (): CstChildrenDictionary; prototype: object };
Children.prototype = Object.freeze(Object.create(null));

/** The only token of an operand, or of an expression; a token stands for the node that would hold nothing else. */
function leafIn({ name, children }: CstNode): CstElement | undefined {
  const keys = name === "operand" ? t.wordKeys : name === "expression" ? ["operand"] : [];
  const key = keys.find((each) => children[each] !== undefined);
  const [only, second] = (key && children[key]) || [];
  const isAlone = only !== undefined && second === undefined && "tokenType" in only;
  return isAlone && Object.keys(children).length === 1 ? only : undefined;
}

/** A rule is recorded when the leaf class analyses itself, so it may name those that come after it. */
export class ExpressionRules extends CstParser {
  constructor(options: { readonly validate: boolean }) {
    super(t.vocabulary, {
      maxLookahead: 1,
      // Recovery is `../salvage.ts`: it restarts at the next keyword, which chevrotain's follow sets cannot express.
      recoveryEnabled: false,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: keys,
      skipValidations: !options.validate,
    });
  }

  /**
   * Chevrotain makes the dictionary of children as a hash table. There is one for every node, and an
   * object with hidden class takes a third of the memory.
   */
  protected cstInvocationStateUpdate(name: string): void {
    const node: CstNode = {
      name,
      children: new Children(),
      location: { startOffset: this.LA(1).startOffset, endOffset: Number.NaN },
    };
    (this as unknown as { CST_STACK: CstNode[] }).CST_STACK.push(node);
  }

  /**
   * An operand of one word is kept as its token, and so is an expression of such an operand: most of them are,
   * and a list of half a million numbers must not become two million nodes.
   */
  protected cstPostNonTerminal(node: CstNode, key: string): void {
    const parent = (this as unknown as { CST_STACK: CstNode[] }).CST_STACK.at(-1);
    if (parent === undefined) return;
    const kept = leafIn(node) ?? node;
    const known = parent.children[key];
    if (known) known.push(kept);
    else parent.children[key] = [kept];
  }

  /** Whether a comma is followed by one more item, and not by the end of the list. */
  private readonly another = () => !listEnds.has(this.LA(2).tokenType);
  private readonly namedNext = () => this.LA(2).tokenType === t.Equals;

  /** `[item {"," item} [","]]`; the item is given twice, because chevrotain numbers every call in a rule. */
  protected items(first: () => void, next: () => void): void {
    this.OPTION(() => {
      first();
      this.MANY({
        GATE: this.another,
        DEF: () => {
          this.CONSUME(t.Comma);
          next();
        },
      });
      this.OPTION1(() => this.CONSUME1(t.Comma));
    });
  }

  /** `(a: T, b: T)`: the inputs of a block, and a type of several tensors. */
  readonly portList = this.RULE("portList", () => {
    this.CONSUME(t.LeftRound);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.port), ...expecting("port") });
    this.CONSUME(t.RightRound);
  });

  readonly port = this.RULE("port", () => {
    this.CONSUME(t.Name);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.typeAtom);
  });

  readonly arrowType = this.RULE("arrowType", () => {
    this.SUBRULE(this.typeAtom);
    this.OPTION(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE1(this.typeAtom, { LABEL: "to" });
    });
  });

  readonly typeAtom = this.RULE("typeAtom", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.dims) },
        {
          ALT: () => {
            this.CONSUME(t.Name);
            this.OPTION(() => this.SUBRULE1(this.dims));
          },
        },
        { ALT: () => this.SUBRULE(this.portList) },
      ],
      ...expecting("type"),
    });
  });

  readonly dims = this.RULE("dims", () => {
    this.CONSUME(t.LeftSquare);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.DotDot);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.SUBRULE(this.expression);
          });
        },
      },
      { ALT: () => this.MANY_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE1(this.expression) }) },
    ]);
    this.CONSUME(t.RightSquare);
  });

  readonly expression = this.RULE("expression", () => {
    let inFlow = false;
    this.SUBRULE(this.operand, { ARGS: [inFlow] });
    this.MANY(() => {
      inFlow = this.CONSUME(t.Infix).tokenType === t.Arrow || inFlow;
      this.SUBRULE1(this.operand, { ARGS: [inFlow] });
    });
  });

  /**
   * A primary, the signs before it, what is applied to it, and the name that `as` gives it. Only a stage
   * is named, so that in `x -> if c then f else g as y` the `as` is left to the outer flow.
   */
  readonly operand = this.RULE("operand", (inFlow?: boolean) => {
    this.MANY(() => this.CONSUME(t.Prefix));
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.Name) },
        { ALT: () => this.CONSUME(t.NumberLiteral) },
        { ALT: () => this.CONSUME(t.StringLiteral) },
        { ALT: () => this.CONSUME(t.True) },
        { ALT: () => this.CONSUME(t.False) },
        { ALT: () => this.SUBRULE(this.tuple) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.record) },
        { ALT: () => this.SUBRULE(this.if) },
        { ALT: () => this.SUBRULE(this.match) },
        { ALT: () => this.SUBRULE(this.walk) },
        { ALT: () => this.SUBRULE(this.grow) },
      ],
      ...expecting("expression"),
    });
    this.MANY1(() => this.SUBRULE(this.postfix));
    this.OPTION({
      GATE: () => inFlow === true,
      DEF: () => {
        this.CONSUME(t.As);
        this.CONSUME1(t.Name, { LABEL: "alias" });
        this.OPTION1(() => {
          this.CONSUME(t.Colon);
          this.SUBRULE(this.typeAtom);
        });
      },
    });
  });

  readonly postfix = this.RULE("postfix", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.args) },
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Label);
        },
      },
      { ALT: () => this.SUBRULE(this.index) },
      {
        ALT: () => {
          this.CONSUME(t.With);
          this.SUBRULE(this.record);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Without);
          this.CONSUME(t.Skip);
          this.CONSUME(t.Name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.At);
          this.SUBRULE1(this.args, { LABEL: "sizes" });
        },
      },
    ]);
  });

  readonly index = this.RULE("index", () => {
    this.CONSUME(t.LeftSquare);
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.upTo) },
        {
          ALT: () => {
            this.SUBRULE(this.expression);
            this.OPTION(() => this.SUBRULE1(this.upTo));
          },
        },
      ],
      ...expecting("expression"),
    });
    this.CONSUME(t.RightSquare);
  });

  readonly upTo = this.RULE("upTo", () => {
    this.CONSUME(t.DotDot);
    this.OPTION(() => this.SUBRULE(this.expression));
  });

  readonly tuple = this.RULE("tuple", () => {
    this.CONSUME(t.LeftRound);
    this.items(
      () => this.SUBRULE(this.expression),
      () => this.SUBRULE1(this.expression),
    );
    this.CONSUME(t.RightRound);
  });

  readonly list = this.RULE("list", () => {
    this.CONSUME(t.LeftSquare);
    this.items(
      () => this.SUBRULE(this.expression),
      () => this.SUBRULE1(this.expression),
    );
    this.CONSUME(t.RightSquare);
  });

  readonly record = this.RULE("record", () => {
    this.CONSUME(t.LeftCurly);
    this.items(
      () => this.SUBRULE(this.field),
      () => this.SUBRULE1(this.field),
    );
    this.CONSUME(t.RightCurly);
  });

  readonly field = this.RULE("field", () => {
    this.CONSUME(t.Label);
    this.OPTION(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Colon) }, { ALT: () => this.CONSUME(t.Equals) }]);
      this.SUBRULE(this.expression);
    });
  });

  readonly args = this.RULE("args", () => {
    this.CONSUME(t.LeftRound);
    this.items(
      () => this.SUBRULE(this.arg),
      () => this.SUBRULE1(this.arg),
    );
    this.CONSUME(t.RightRound);
  });

  readonly arg = this.RULE("arg", () => {
    this.OPTION({
      GATE: this.namedNext,
      DEF: () => {
        this.CONSUME(t.Label);
        this.CONSUME(t.Equals);
      },
    });
    this.SUBRULE(this.expression);
  });

  readonly if = this.RULE("if", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    this.SUBRULE1(this.expression, { LABEL: "then" });
    this.CONSUME(t.Else);
    this.SUBRULE2(this.expression, { LABEL: "else" });
  });

  readonly match = this.RULE("match", () => {
    this.CONSUME(t.Match);
    this.SUBRULE(this.expression);
    this.CONSUME(t.LeftCurly);
    this.items(
      () => this.SUBRULE(this.arm),
      () => this.SUBRULE1(this.arm),
    );
    this.CONSUME(t.RightCurly);
  });

  readonly arm = this.RULE("arm", () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.Name) },
        { ALT: () => this.CONSUME(t.NumberLiteral) },
        { ALT: () => this.CONSUME(t.StringLiteral) },
        { ALT: () => this.CONSUME(t.Else) },
      ],
      ...expecting("arm"),
    });
    this.CONSUME(t.FatArrow);
    this.SUBRULE(this.expression);
  });

  /** `chain` and `each`. */
  readonly walk = this.RULE("walk", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Chain) }, { ALT: () => this.CONSUME(t.Each) }]);
    this.CONSUME(t.Name);
    this.SUBRULE(this.over);
  });

  readonly grow = this.RULE("grow", () => {
    this.CONSUME(t.Grow);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
    this.CONSUME(t.Over);
    this.CONSUME1(t.Name, { LABEL: "variable" });
    this.SUBRULE(this.over);
  });

  /** `in 0..n { … }`, the common end of the three loops. */
  readonly over = this.RULE("over", () => {
    this.CONSUME(t.In);
    this.SUBRULE(this.range);
    this.CONSUME(t.LeftCurly);
    this.SUBRULE(this.expression);
    this.CONSUME(t.RightCurly);
  });

  readonly range = this.RULE("range", () => {
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(t.DotDot);
      this.SUBRULE1(this.expression, { LABEL: "to" });
    });
  });
}
