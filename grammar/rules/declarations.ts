// The grammar of a file: its declarations, and what stands at their heads.
import * as t from "../tokens.ts";
import { expecting } from "./expressions.ts";
import { StatementRules } from "./statements.ts";

export class DeclarationRules extends StatementRules {
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
}
