// The words and marks of the language, as token types of the parser. The text is cut by `lex.ts` and not
// by chevrotain's own lexer: one pass by hand needs no analysis at start-up, stays linear on hostile
// text, and can keep a bad character from spoiling the tokens around it.
import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";

/** A token knows its index, so that an error can be traced back to its neighbours. */
export interface Token extends IToken {
  readonly index: number;
  readonly endOffset: number;
  /** Line breaks mean nothing to the grammar, but they tell where a broken text was meant to go on. */
  readonly startsLine: boolean;
}

function token(name: string, label: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, label, pattern: Lexer.NA, categories });
}

// Categories: what several token types have in common at one place of the grammar.
/** A named argument, a record field, a table header, a member after `.`. */
export const Label = token("Label", "a label");
export const Name = token("Name", "a name", [Label]);
export const Infix = token("Infix", "an operator");
export const Prefix = token("Prefix", "a sign");
/** Words that begin a statement; they are also where the parser finds its way again. */
const StatementWord = token("StatementWord", "a statement");
const DeclarationWord = token("DeclarationWord", "a declaration");

export const Upper = token("Upper", "a capitalised name", [Name]);
export const Lower = token("Lower", "a name", [Name]);
export const NumberLiteral = token("NumberLiteral", "a number");
export const StringLiteral = token("StringLiteral", "a string");

const keywordTypes = new Map<string, TokenType>();
const markTypes = new Map<string, TokenType>();

function keyword(word: string, ...categories: TokenType[]): TokenType {
  const type = token(`${word[0]?.toUpperCase()}${word.slice(1)}Word`, `\`${word}\``, categories);
  keywordTypes.set(word, type);
  return type;
}

function mark(name: string, text: string, ...categories: TokenType[]): TokenType {
  const type = token(name, `\`${text}\``, categories);
  markTypes.set(text, type);
  return type;
}

// Soft keywords carry `Label`; the hard ones begin or join expressions everywhere, and a missing
// label must not swallow them.
export const Edition = token("DmWord", "`dm`", [Label]);
export const Use = keyword("use", Label, DeclarationWord);
export const Const = keyword("const", Label, DeclarationWord);
export const Fn = keyword("fn", Label, DeclarationWord);
export const TypeWord = keyword("type", Label, DeclarationWord);
export const Enum = keyword("enum", Label, DeclarationWord);
export const Table = keyword("table", Label, DeclarationWord);
export const Block = keyword("block", Label, DeclarationWord);
export const Model = keyword("model", Label, DeclarationWord);
export const Test = keyword("test", Label, DeclarationWord);
export const Weights = keyword("weights", Label, DeclarationWord);
export const Mapping = keyword("mapping", Label, DeclarationWord);
export const Defaults = keyword("defaults", Label, DeclarationWord);

export const Let = keyword("let", StatementWord);
export const Skip = keyword("skip", Label, StatementWord);
export const Share = keyword("share", Label, StatementWord);
export const Require = keyword("require", Label, StatementWord);
export const Return = keyword("return", StatementWord);
export const Input = keyword("input", Label, StatementWord);
export const Output = keyword("output", Label, StatementWord);
export const Loss = keyword("loss", Label, StatementWord);
/** A name everywhere but in front of another name, where it begins a statement. */
export const Part = keyword("part", Name, StatementWord);
export const Expect = keyword("expect", Label, StatementWord);
export const For = keyword("for", Label, StatementWord);

export const On = keyword("on", Label);
export const Where = keyword("where", Label);
export const In = keyword("in", Label);
export const As = keyword("as", Label);
export const From = keyword("from", Label);
export const Over = keyword("over", Label);
export const With = keyword("with", Label);
export const Without = keyword("without", Label);
export const At = keyword("at", Label);
export const Within = keyword("within", Label);
export const Fails = keyword("fails", Label);
export const If = keyword("if");
export const Then = keyword("then");
export const Else = keyword("else");
export const Match = keyword("match");
export const Chain = keyword("chain");
export const Each = keyword("each");
export const Grow = keyword("grow");
export const True = keyword("true");
export const False = keyword("false");
export const Or = keyword("or", Infix);
export const And = keyword("and", Infix);
export const Not = keyword("not", Prefix);

export const Arrow = mark("Arrow", "->", Infix);
export const FatArrow = mark("FatArrow", "=>");
export const EqualEqual = mark("EqualEqual", "==", Infix);
export const NotEqual = mark("NotEqual", "!=", Infix);
export const LessEqual = mark("LessEqual", "<=", Infix);
export const GreaterEqual = mark("GreaterEqual", ">=", Infix);
export const AboutEqual = mark("AboutEqual", "~=", Infix);
export const SlashSlash = mark("SlashSlash", "//", Infix);
export const DotDot = mark("DotDot", "..");
export const Less = mark("Less", "<", Infix);
export const Greater = mark("Greater", ">", Infix);
export const Plus = mark("Plus", "+", Infix);
export const Minus = mark("Minus", "-", Infix, Prefix);
export const Star = mark("Star", "*", Infix);
export const Slash = mark("Slash", "/", Infix);
export const Percent = mark("Percent", "%", Infix);
export const Caret = mark("Caret", "^", Infix);
export const Equals = mark("Equals", "=");
export const Colon = mark("Colon", ":");
export const Comma = mark("Comma", ",");
export const Dot = mark("Dot", ".");
export const Bar = mark("Bar", "|");
export const AtSign = mark("AtSign", "@");
export const LeftRound = mark("LeftRound", "(");
export const RightRound = mark("RightRound", ")");
export const LeftSquare = mark("LeftSquare", "[");
export const RightSquare = mark("RightSquare", "]");
export const LeftCurly = mark("LeftCurly", "{");
export const RightCurly = mark("RightCurly", "}");

export const keywords: ReadonlyMap<string, TokenType> = keywordTypes;
export const marks: ReadonlyMap<string, TokenType> = markTypes;
/** How the language writes a word or a mark, whatever the text has for it. */
export const spellings: ReadonlyMap<TokenType, string> = new Map(
  [...keywordTypes, ...markTypes].map(([text, type]) => [type, text]),
);
export const vocabulary: TokenType[] = [
  ...[Label, Name, Infix, Prefix, StatementWord, DeclarationWord, Upper, Lower, NumberLiteral, StringLiteral, Edition],
  ...keywordTypes.values(),
  ...markTypes.values(),
];

const categoryOf = (category: TokenType) => new Set(vocabulary.filter((type) => type.CATEGORIES?.includes(category)));
/** Token types by role, for the code that looks at tokens before they are parsed. */
export const statementWords: ReadonlySet<TokenType> = categoryOf(StatementWord);
export const declarationWords: ReadonlySet<TokenType> = categoryOf(DeclarationWord);
export const closerOf: ReadonlyMap<TokenType, TokenType> = new Map([
  [LeftRound, RightRound],
  [LeftSquare, RightSquare],
  [LeftCurly, RightCurly],
]);
export const closers: ReadonlySet<TokenType> = new Set(closerOf.values());

/** After these a declaration or a statement may be complete. */
export const operandEnds: ReadonlySet<TokenType> = new Set([
  ...[Upper, Lower, NumberLiteral, StringLiteral, True, False, RightRound, RightSquare, RightCurly],
]);

/** Where the parser keeps an operand of one token. */
export const wordKeys: readonly string[] = [Name, NumberLiteral, StringLiteral, True, False].map(({ name }) => name);

/** The index of the first token that begins at `offset` or behind it. */
export function tokenAt(tokens: readonly Token[], offset: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
