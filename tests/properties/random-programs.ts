// Programs of every construct of the grammar, as text. They parse; whether they mean anything does not matter.
import fc from "fast-check";

const name = fc.constantFrom("a", "b", "x", "y_1", "relu", "H", "Unit", "dm", "part");
const small = fc.constantFrom("a", "b", "x", "y_1", "part");
const label = fc.constantFrom("a", "c", "type", "from", "skip", "H", "table", "in");
const number = fc.constantFrom("0", "1", "2.50", "3e2", "64K", "1GiB", "1e-3");
const string = fc.constantFrom('""', '"a # b"', '"\\n\\u{41}"', '"->"');

const list = (item: fc.Arbitrary<string>, minLength = 0, maxLength = 3) =>
  fc
    .tuple(fc.array(item, { minLength, maxLength }), fc.boolean())
    .map(([items, comma]) => items.join(", ") + (comma && items.length > 0 ? "," : ""));
const plainList = (item: fc.Arbitrary<string>, minLength = 1) =>
  fc.array(item, { minLength, maxLength: 3 }).map((items) => items.join(", "));
const optional = (text: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), text);
const words = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map((all) => all.join(" "));
const joined = (item: fc.Arbitrary<string>, ...operators: string[]) =>
  fc
    .tuple(item, fc.array(fc.tuple(fc.constantFrom(...operators), item), { maxLength: 2 }))
    .map(([first, rest]) => [first, ...rest.map((pair) => pair.join(" "))].join(" "));

/** At the deepest level the first choice is taken, which is the shortest everywhere. */
const nested = { depthIdentifier: "program", maxDepth: 7 } as const;

/** `expression` is anything; the others are what binds tighter, step by step. */
const parts = fc.letrec<Record<string, string>>((tie) => {
  const any = tie("expression") as fc.Arbitrary<string>;
  const tight = tie("postfix") as fc.Arbitrary<string>;
  const sum = tie("sum") as fc.Arbitrary<string>;
  const args = list(fc.oneof(any, words(label, "=", any))).map((text) => `(${text})`);
  const fields = list(fc.oneof(label, words(label, ":", any), words(label, "=", any))).map((text) => `{ ${text} }`);
  const range = fc.oneof(sum, words(sum, "..", sum));
  const arm = words(fc.oneof(small, number, string, fc.constant("else")), "=>", any);
  return {
    open: fc.oneof(
      nested,
      words("if", any, "then", any, "else", any),
      words("match", tight, "{", list(arm), "}"),
      words(fc.constantFrom("chain", "each"), small, "in", range, "{", any, "}"),
      words("grow", small, "=", sum, "over", small, "in", range, "{", any, "}"),
    ),
    primary: fc.oneof(
      nested,
      name,
      number,
      string,
      fc.constantFrom("true", "false"),
      list(any).map((text) => `(${text})`),
      list(any).map((text) => `[${text}]`),
      fields,
      any.map((text) => `(${text})`),
    ),
    postfix: fc.oneof(
      nested,
      tie("primary"),
      words(tight, args),
      words(tight, ".", label),
      words(tight, "[", sum, "]"),
      words(tight, "[", optional(sum), "..", optional(sum), "]"),
      words(tight, "with", fields),
      words(tight, "without skip", small),
      words(tight, "at", args),
    ),
    power: fc.oneof(nested, tight, words(tight, "^", tie("unary"))),
    unary: fc.oneof(nested, tie("power"), words("-", tie("unary"))),
    term: joined(tie("unary") as fc.Arbitrary<string>, "*", "/", "//", "%"),
    sum: joined(tie("term") as fc.Arbitrary<string>, "+", "-"),
    compare: fc.oneof(sum, words(sum, fc.constantFrom("==", "!=", "<", "<=", ">", ">=", "~="), sum)),
    not: fc.oneof(nested, tie("compare"), words("not", tie("not"))),
    and: joined(tie("not") as fc.Arbitrary<string>, "and"),
    or: joined(tie("and") as fc.Arbitrary<string>, "or"),
    stage: words(
      tight,
      optional(words("*", tight)),
      optional(words("as", small, optional(words(":", tie("type") as fc.Arbitrary<string>)))),
    ),
    flow: words(tight, "->", joined(tie("stage") as fc.Arbitrary<string>, "->")),
    lastIf: words(fc.constantFrom("a +", "not", "-", "a and", "a ->", "2 ^", "a ==", "a -> b *"), tie("open")),
    expression: fc.oneof(nested, tie("or"), tie("flow"), tie("open"), tie("lastIf")),
    type: fc.oneof(
      nested,
      name,
      words(optional(name), "[", plainList(tie("term") as fc.Arbitrary<string>, 0), "]"),
      words("[ ..,", plainList(tie("term") as fc.Arbitrary<string>), "]"),
      plainList(words(small, ":", tie("type") as fc.Arbitrary<string>)).map((text) => `(${text})`),
    ),
  };
}) as unknown as Record<string, fc.Arbitrary<string>>;

const expression = parts["expression"] ?? name;
const type = parts["type"] ?? name;
const typed = optional(words(":", type));
const arrowType = fc.oneof(type, words(type, "->", type));
const phase = optional(words("in", small));
const pattern = fc.oneof(
  small,
  plainList(small).map((text) => `(${text})`),
  plainList(small).map((text) => `{${text}}`),
);

const place = fc.tuple(small, fc.array(label, { maxLength: 2 })).map(([first, labels]) => [first, ...labels].join("."));
const oneOrMore = (item: fc.Arbitrary<string>) =>
  fc.oneof(
    item,
    plainList(item).map((text) => `(${text})`),
  );

const statement = fc.oneof(
  words("let", pattern, typed, "=", expression),
  words("skip", small, typed, "=", expression),
  words(fc.constantFrom("share", "loss"), small, "=", expression),
  words("require", expression, optional(words(",", string))),
  words("return", expression),
  words("input", small, ":", type, phase),
  words("output", small, typed, "=", expression, phase),
  words("part", small, optional(words("on", oneOrMore(words(place, typed)))), "->", oneOrMore(place)),
);
const lines = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 3 }).map((all) => all.join("\n"));
const body = fc.oneof(words("=", expression), words("{", lines(statement), "}"));
const param = words(small, optional(words(":", arrowType)), optional(words("=", expression)));
const params = list(param).map((text) => `(${text})`);
const port = words(small, ":", type);
const ports = fc.oneof(
  port,
  plainList(port).map((text) => `(${text})`),
);
const signature = words(
  optional(params),
  optional(words("on", ports, optional(words("->", type)))),
  optional(words("where", plainList(expression))),
);
const testStatement = fc.oneof(
  words("let", small, "=", expression),
  words("expect", expression, optional(fc.oneof(words("within", expression), fc.constant("fails DM4101")))),
  words("for", small, "in", expression, "{ expect", expression, "}"),
);
const rules = lines(words(string, "=>", string));
const row = (cell: fc.Arbitrary<string>) => fc.tuple(cell, cell).map((cells) => `| ${cells.join(" | ")} |`);
const annotation = words("@paper", optional(list(expression, 1).map((text) => `(${text})`)));

const declaration = words(
  optional(annotation),
  fc.oneof(
    words("const a", optional(words(":", arrowType)), "=", expression),
    words("fn f", params, optional(words("->", arrowType)), "=", expression),
    words("type T =", arrowType),
    fc.constant("enum E = a | b"),
    words("table T {", row(label), "\n", lines(row(expression)), "}"),
    words("block B", signature, body),
    words("model M", optional(words("[", small, "in", expression, "]")), signature, body),
    words("test", string, "{", lines(testStatement), "}"),
    words("weights M", optional(words("[", number, "]")), "from", string, "{", rules, "}"),
    words("mapping M {", rules, "}"),
    words(
      "defaults {",
      lines(
        words(
          small,
          params.filter((text) => text === "()"),
        ),
      ),
      "}",
    ),
  ),
);
const imports = lines(words("use", string, "{", list(words(name, optional(words("as", name)))), "}"));

export const randomProgram = fc
  .tuple(optional(fc.constant("dm 1")), imports, fc.array(declaration, { minLength: 1, maxLength: 3 }))
  .map(([edition, uses, declarations]) => [edition, uses, ...declarations].join("\n"));
