// The grammar of what stands between braces: statements of blocks and models, and of tests.
import * as t from "../tokens.ts";
import { ExpressionRules, expecting } from "./expressions.ts";

export class StatementRules extends ExpressionRules {
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
        { ALT: () => this.SUBRULE(this.partStatement) },
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

  /** `part masks on (h.pixel, rois: f32[N, K, 4]) -> masks` */
  readonly partStatement = this.RULE("partStatement", () => {
    this.CONSUME(t.Part);
    this.CONSUME(t.Name);
    this.OPTION(() => {
      this.CONSUME(t.On);
      this.SUBRULE(this.cuts);
    });
    this.CONSUME(t.Arrow);
    this.SUBRULE(this.places);
  });

  readonly cuts = this.RULE("cuts", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.cut) },
        {
          ALT: () => {
            this.CONSUME(t.LeftRound);
            this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE1(this.cut), ...expecting("place") });
            this.CONSUME(t.RightRound);
          },
        },
      ],
      ...expecting("place"),
    });
  });

  readonly cut = this.RULE("cut", () => {
    this.SUBRULE(this.place);
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.SUBRULE(this.typeAtom);
    });
  });

  readonly places = this.RULE("places", () => {
    this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.place) },
        {
          ALT: () => {
            this.CONSUME(t.LeftRound);
            this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.SUBRULE1(this.place), ...expecting("place") });
            this.CONSUME(t.RightRound);
          },
        },
      ],
      ...expecting("place"),
    });
  });

  /** A named value, or a field of one: `det.boxes`. */
  readonly place = this.RULE("place", () => {
    this.CONSUME(t.Name);
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.CONSUME1(t.Label);
    });
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
}
