// The grammar. Two things differ from the text of the language reference on purpose.
// Expressions are flat here: operands with operators between them. `to-tree/operators.ts` applies
// precedence, so a sum of a hundred thousand terms costs no stack, one operand costs two nodes instead
// of twelve, and `->` meeting `+` gets its own message.
// And where a comma may end a list, a gate looks at the second token; everything else is LL(1), which
// keeps the analysis at start-up short.
import {
  type CstChildrenDictionary,
  type CstNode,
  CstParser,
  type IParserErrorMessageProvider,
  type TokenType,
} from "chevrotain";
import * as t from "./tokens.ts";

const listEnds: ReadonlySet<TokenType> = new Set([t.RightRound, t.RightSquare, t.RightCurly]);

/** What was expected at one place; `syntax-error.ts` turns it into a message. */
export type Expectation =
  | "expression"
  | "type"
  | "body"
  | "equals"
  | "declaration"
  | "statement"
  | "pattern"
  | "arm"
  | "port";
const expecting = (what: Expectation) => ({ ERR_MSG: what });

// The text of chevrotain's errors is only a key here: an `Expectation`, or the name of a token type.
const keys: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "end",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "",
};

const Children = function () {} as unknown as { new (): CstChildrenDictionary; prototype: object };
Children.prototype = Object.freeze(Object.create(null));

export class DmParser extends CstParser {
  constructor(options: { readonly validate: boolean } = { validate: false }) {
    super(t.vocabulary, {
      maxLookahead: 1,
      // Recovery is `salvage.ts`: it restarts at the next keyword, which chevrotain's follow sets cannot express.
      recoveryEnabled: false,
      nodeLocationTracking: "onlyOffset",
      errorMessageProvider: keys,
      skipValidations: !options.validate,
    });
    this.performSelfAnalysis();
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

  /** Whether a comma is followed by one more item, and not by the end of the list. */
  private readonly another = () => !listEnds.has(this.LA(2).tokenType);
  private readonly namedNext = () => this.LA(2).tokenType === t.Equals;

  /** `[item {"," item} [","]]`; the item is given twice, because chevrotain numbers every call in a rule. */
  private items(first: () => void, next: () => void): void {
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

  readonly file = this.RULE("file", () => {
    this.OPTION(() => this.SUBRULE(this.edition));
    this.MANY(() => this.SUBRULE(this.use));
    this.MANY1(() => this.SUBRULE(this.declaration));
  });

  readonly edition = this.RULE("edition", () => {
    this.CONSUME(t.Edition);
    this.CONSUME(t.NumberLiteral);
  });

  readonly use = this.RULE("use", () => {
    this.CONSUME(t.Use);
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.LeftCurly);
    this.items(
      () => this.SUBRULE(this.usedName),
      () => this.SUBRULE1(this.usedName),
    );
    this.CONSUME(t.RightCurly);
  });

  readonly usedName = this.RULE("usedName", () => {
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME1(t.Name, { LABEL: "alias" });
    });
  });

  readonly annotation = this.RULE("annotation", () => {
    this.CONSUME(t.AtSign);
    this.CONSUME(t.Name);
    this.OPTION(() => this.SUBRULE(this.args));
  });

  readonly declaration = this.RULE("declaration", () => {
    this.MANY(() => this.SUBRULE(this.annotation));
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.const) },
        { ALT: () => this.SUBRULE(this.fn) },
        { ALT: () => this.SUBRULE(this.type) },
        { ALT: () => this.SUBRULE(this.enum) },
        { ALT: () => this.SUBRULE(this.table) },
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.model) },
        { ALT: () => this.SUBRULE(this.test) },
        { ALT: () => this.SUBRULE(this.weights) },
        { ALT: () => this.SUBRULE(this.mapping) },
        { ALT: () => this.SUBRULE(this.defaults) },
      ],
      ...expecting("declaration"),
    });
  });

  readonly const = this.RULE("const", () => {
    this.CONSUME(t.Const);
    this.CONSUME(t.Name);
    this.OPTION(() => this.SUBRULE(this.typeAnnotation));
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
  });

  readonly typeAnnotation = this.RULE("typeAnnotation", () => {
    this.CONSUME(t.Colon);
    this.SUBRULE(this.arrowType);
  });

  readonly fn = this.RULE("fn", () => {
    this.CONSUME(t.Fn);
    this.CONSUME(t.Name);
    this.SUBRULE(this.params);
    this.OPTION(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE(this.arrowType);
    });
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
  });

  readonly type = this.RULE("type", () => {
    this.CONSUME(t.TypeWord);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.arrowType);
  });

  readonly enum = this.RULE("enum", () => {
    this.CONSUME(t.Enum);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals, expecting("equals"));
    this.AT_LEAST_ONE_SEP({
      SEP: t.Bar,
      DEF: () => this.CONSUME1(t.Name, { LABEL: "member" }),
      ...expecting("pattern"),
    });
  });

  readonly table = this.RULE("table", () => {
    this.SUBRULE(this.tableHead);
    this.MANY(() => this.SUBRULE(this.row));
    this.CONSUME(t.RightCurly);
  });

  readonly tableHead = this.RULE("tableHead", () => {
    this.CONSUME(t.Table);
    this.CONSUME(t.Name);
    this.CONSUME(t.LeftCurly);
    this.CONSUME(t.Bar);
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.Label);
      this.CONSUME1(t.Bar);
    });
  });

  readonly row = this.RULE("row", () => {
    this.CONSUME(t.Bar);
    this.AT_LEAST_ONE({
      DEF: () => {
        this.SUBRULE(this.expression);
        this.CONSUME1(t.Bar);
      },
      ...expecting("expression"),
    });
  });

  readonly block = this.RULE("block", () => {
    this.SUBRULE(this.blockHead);
    this.SUBRULE(this.body);
  });

  readonly blockHead = this.RULE("blockHead", () => {
    this.CONSUME(t.Block);
    this.CONSUME(t.Name);
    this.SUBRULE(this.signature);
  });

  readonly model = this.RULE("model", () => {
    this.SUBRULE(this.modelHead);
    this.SUBRULE(this.body);
  });

  readonly modelHead = this.RULE("modelHead", () => {
    this.CONSUME(t.Model);
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.LeftSquare);
      this.CONSUME1(t.Name, { LABEL: "variable" });
      this.CONSUME(t.In);
      this.SUBRULE(this.expression);
      this.CONSUME(t.RightSquare);
    });
    this.SUBRULE(this.signature);
  });

  readonly signature = this.RULE("signature", () => {
    this.OPTION(() => this.SUBRULE(this.params));
    this.OPTION1(() => {
      this.CONSUME(t.On);
      this.SUBRULE(this.ports);
      this.OPTION2(() => {
        this.CONSUME(t.Arrow);
        this.SUBRULE(this.typeAtom);
      });
    });
    this.OPTION3(() => {
      this.CONSUME(t.Where);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE(this.expression), ...expecting("expression") });
    });
  });

  readonly params = this.RULE("params", () => {
    this.CONSUME(t.LeftRound);
    this.items(
      () => this.SUBRULE(this.param),
      () => this.SUBRULE1(this.param),
    );
    this.CONSUME(t.RightRound);
  });

  readonly param = this.RULE("param", () => {
    this.CONSUME(t.Name);
    this.OPTION(() => this.SUBRULE(this.typeAnnotation));
    this.OPTION1(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });

  readonly ports = this.RULE("ports", () => {
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.port) }, { ALT: () => this.SUBRULE(this.portList) }],
      ...expecting("port"),
    });
  });

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

  readonly body = this.RULE("body", () => {
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.SUBRULE(this.expression);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LeftCurly);
            this.MANY(() => this.SUBRULE(this.statement));
            this.CONSUME(t.RightCurly);
          },
        },
      ],
      ...expecting("body"),
    });
  });

  readonly statement = this.RULE("statement", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.letStatement) },
        { ALT: () => this.SUBRULE(this.skipStatement) },
        { ALT: () => this.SUBRULE(this.namedStatement) },
        { ALT: () => this.SUBRULE(this.requireStatement) },
        { ALT: () => this.SUBRULE(this.returnStatement) },
        { ALT: () => this.SUBRULE(this.inputStatement) },
        { ALT: () => this.SUBRULE(this.outputStatement) },
      ],
      ...expecting("statement"),
    });
  });

  readonly letStatement = this.RULE("letStatement", () => {
    this.CONSUME(t.Let);
    this.SUBRULE(this.pattern);
    this.SUBRULE(this.typedValue);
  });

  readonly skipStatement = this.RULE("skipStatement", () => {
    this.CONSUME(t.Skip);
    this.CONSUME(t.Name);
    this.SUBRULE(this.typedValue);
  });

  readonly typedValue = this.RULE("typedValue", () => {
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.SUBRULE(this.typeAtom);
    });
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
  });

  /** `share` and `loss` have one shape; so does a `let` inside a test, where no pattern is allowed. */
  readonly namedStatement = this.RULE("namedStatement", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Share) }, { ALT: () => this.CONSUME(t.Loss) }]);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
  });

  readonly requireStatement = this.RULE("requireStatement", () => {
    this.CONSUME(t.Require);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(t.Comma);
      this.CONSUME(t.StringLiteral);
    });
  });

  readonly returnStatement = this.RULE("returnStatement", () => {
    this.CONSUME(t.Return);
    this.SUBRULE(this.expression);
  });

  readonly inputStatement = this.RULE("inputStatement", () => {
    this.CONSUME(t.Input);
    this.SUBRULE(this.port);
    this.OPTION(() => this.SUBRULE(this.phase));
  });

  readonly outputStatement = this.RULE("outputStatement", () => {
    this.CONSUME(t.Output);
    this.CONSUME(t.Name);
    this.SUBRULE(this.typedValue);
    this.OPTION(() => this.SUBRULE(this.phase));
  });

  readonly phase = this.RULE("phase", () => {
    this.CONSUME(t.In);
    this.CONSUME(t.Name);
  });

  readonly pattern = this.RULE("pattern", () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.Name) },
        {
          ALT: () => {
            this.CONSUME(t.LeftRound);
            this.AT_LEAST_ONE_SEP({
              SEP: t.Comma,
              DEF: () => this.CONSUME1(t.Name, { LABEL: "part" }),
              ...expecting("pattern"),
            });
            this.CONSUME(t.RightRound);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LeftCurly);
            this.AT_LEAST_ONE_SEP1({
              SEP: t.Comma,
              DEF: () => this.CONSUME2(t.Name, { LABEL: "part" }),
              ...expecting("pattern"),
            });
            this.CONSUME(t.RightCurly);
          },
        },
      ],
      ...expecting("pattern"),
    });
  });

  readonly test = this.RULE("test", () => {
    this.SUBRULE(this.testHead);
    this.CONSUME(t.LeftCurly);
    this.MANY(() => this.SUBRULE(this.testStatement));
    this.CONSUME(t.RightCurly);
  });

  readonly testHead = this.RULE("testHead", () => {
    this.CONSUME(t.Test);
    this.CONSUME(t.StringLiteral);
  });

  readonly testStatement = this.RULE("testStatement", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.expectStatement) },
        { ALT: () => this.SUBRULE(this.forStatement) },
        { ALT: () => this.SUBRULE(this.testLet) },
      ],
      ...expecting("statement"),
    });
  });

  readonly expectStatement = this.RULE("expectStatement", () => {
    this.CONSUME(t.Expect);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Within);
            this.SUBRULE1(this.expression, { LABEL: "within" });
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Fails);
            this.CONSUME(t.Name);
          },
        },
      ]);
    });
  });

  readonly forStatement = this.RULE("forStatement", () => {
    this.SUBRULE(this.forHead);
    this.CONSUME(t.LeftCurly);
    this.MANY(() => this.SUBRULE(this.testStatement));
    this.CONSUME(t.RightCurly);
  });

  readonly forHead = this.RULE("forHead", () => {
    this.CONSUME(t.For);
    this.CONSUME(t.Name);
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
  });

  readonly testLet = this.RULE("testLet", () => {
    this.CONSUME(t.Let);
    this.CONSUME(t.Name);
    this.CONSUME(t.Equals, expecting("equals"));
    this.SUBRULE(this.expression);
  });

  readonly weights = this.RULE("weights", () => {
    this.CONSUME(t.Weights);
    this.SUBRULE(this.operand);
    this.CONSUME(t.From);
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.LeftCurly);
    this.MANY(() => this.SUBRULE(this.weightRule));
    this.CONSUME(t.RightCurly);
  });

  readonly mapping = this.RULE("mapping", () => {
    this.CONSUME(t.Mapping);
    this.CONSUME(t.Name);
    this.CONSUME(t.LeftCurly);
    this.MANY(() => this.SUBRULE(this.weightRule));
    this.CONSUME(t.RightCurly);
  });

  readonly weightRule = this.RULE("weightRule", () => {
    this.CONSUME(t.StringLiteral);
    this.CONSUME(t.FatArrow);
    this.CONSUME1(t.StringLiteral, { LABEL: "to" });
  });

  readonly defaults = this.RULE("defaults", () => {
    this.CONSUME(t.Defaults);
    this.CONSUME(t.LeftCurly);
    this.MANY(() => this.SUBRULE(this.defaultsEntry));
    this.CONSUME(t.RightCurly);
  });

  readonly defaultsEntry = this.RULE("defaultsEntry", () => {
    this.CONSUME(t.Name);
    this.SUBRULE(this.args);
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

let shared: DmParser | undefined;

/** Built on first use and once, because its self-analysis is the largest part of start-up. */
export function parser(): DmParser {
  shared ??= new DmParser();
  return shared;
}
