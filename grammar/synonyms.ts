// What other languages write, and what to write here. The help is added to whatever the scanner or the parser
// says at that place; the message itself stays what is wrong.
import type { TokenType } from "chevrotain";
import { codePoint, shortened } from "./shown.ts";
import * as t from "./tokens.ts";

/** A mark that no text of the language holds. It is read as what it means, so that it causes one message only. */
export interface ForeignMark {
  readonly help: string;
  /** Absent: it is passed over. */
  readonly reads?: TokenType;
}

const arrow: ForeignMark = { help: "tensors flow along `->`", reads: t.Arrow };
const minus: ForeignMark = { help: "write the minus of the keyboard, `-`", reads: t.Minus };
const quotes: ForeignMark = { help: 'a string stands between double quotes: "…"', reads: t.StringLiteral };
const space: ForeignMark = { help: "it looks like a space, or like nothing; delete it, or write a plain space" };

export const foreignMarks: ReadonlyMap<string, ForeignMark> = new Map([
  [";", { help: "nothing ends a statement; leave every `;` out" }],
  ["/*", { help: "comments start with `#`, on each line" }],
  ["**", { help: "powers are written `a ^ b`", reads: t.Caret }],
  ["|>", arrow],
  ["→", arrow],
  ["⟶", arrow],
  ["➔", arrow],
  ["⇒", { help: "write `=>`", reads: t.FatArrow }],
  ["&&", { help: "write `and`", reads: t.And }],
  ["&", { help: "write `and`", reads: t.And }],
  ["∧", { help: "write `and`", reads: t.And }],
  ["∨", { help: "write `or`", reads: t.Or }],
  ["!", { help: "write `not`", reads: t.Not }],
  ["¬", { help: "write `not`", reads: t.Not }],
  ["?", { help: "a choice is written `if c then a else b`, a size that is free `N`" }],
  ["\\", { help: "an expression goes on by itself on the next line; a function of values is a `fn`" }],
  ["`", quotes],
  ["'", quotes],
  ["‘", quotes],
  ["’", quotes],
  ["“", quotes],
  ["”", quotes],
  ["„", quotes],
  ["«", quotes],
  ["»", quotes],
  ["−", minus],
  ["–", minus],
  ["—", minus],
  ["‐", minus],
  ["‑", minus],
  ["×", { help: "write `*`", reads: t.Star }],
  ["·", { help: "write `*`", reads: t.Star }],
  ["÷", { help: "write `/`", reads: t.Slash }],
  ["≤", { help: "write `<=`", reads: t.LessEqual }],
  ["≥", { help: "write `>=`", reads: t.GreaterEqual }],
  ["≠", { help: "write `!=`", reads: t.NotEqual }],
  ["≈", { help: "write `~=`", reads: t.AboutEqual }],
  ["…", { help: "write two dots, `..`", reads: t.DotDot }],
  ...["\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2009", "\u2028", "\u202f", "\u2060", "\u3000", "\ufeff"].map(
    (character) => [character, space] as const,
  ),
]);

/** What may close a string that the mark opens; among it the mark itself, so that a second one ends any search. */
export function closersOf(mark: string): string {
  return mark === "'" || mark === "`" ? mark : '‘’“”„«»"';
}

// Letters of other alphabets that look like ours, with ours behind each.
const lookalikes = "АAВBЕEКKМMНHОOРPСCТTХXаaеeоoрpсcуyхxіiјjѕsΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνv";

/** What may be meant by a letter that is not ASCII. */
export function letterMeant(letter: string): string | undefined {
  const at = lookalikes.indexOf(letter);
  const plain = at >= 0 ? lookalikes[at + 1] : letter.normalize("NFKC");
  if (at < 0 && /^[0-9]$/.test(plain ?? "") && !/\p{Nd}/u.test(letter)) return `powers are written \`a ^ ${plain}\``;
  return /^[A-Za-z0-9]$/.test(plain ?? "") ? `this is ${codePoint(letter)}, which looks like \`${plain}\`` : undefined;
}

interface Synonym {
  /** From the first letter of what stands there; sticky. */
  readonly pattern: RegExp;
  /** What to write here; `$1` is what the pattern found. */
  readonly help: string;
}

const compare = "`=` binds a name; two values are compared with `==`";
const loop = "`chain i in 0..n { … }` repeats blocks, `each i in 0..n { … }` makes a list";
const choice = "a choice is a value: `if c then a else b`";
const match = "write `match value { name => …, else => … }`";
const once = "a name is bound once; give the new value a name of its own";
const imports = 'names come from a file with `use "./file.dm" { Name }`';
const block = "layers are put together in a block: `block Name(c: int) on x: [.., H, W, C] = x -> conv(c)`";
const fn = "a function of values is `fn name(a: int) = …`; what takes tensors is a `block`";
const inBody = "it stands in the braces of a block or a model";
const outside = "it stands outside of bodies";
const flowIn = "give the result a new name; tensors flow in from the left";
const stepwise = "a body binds names and returns tensors; nothing is done step by step";
const member = "one `:` stands before a type, `.` before a member";
const comment = "comments start with `#`";
const docs = "a description is written in lines that start with `##`";

/** A stage on a line of its own. */
const goesOn =
  /(?!(?:in|as|at|on|with|where|then|and|or|not)\b)[a-z_]\w*(?=(?:\([^()\r\n]{0,80}\))?\s*(?:->|[}\r\n]|$))/y;

/** Where no declaration begins. */
const declaring: readonly Synonym[] = [
  { pattern: /--/y, help: comment },
  { pattern: /::/y, help: member },
  { pattern: /(?:import|from|include|using|open)\b/y, help: imports },
  { pattern: /(?:def|func|fun|function|sub|proc)\b/y, help: fn },
  { pattern: /(?:class|module|struct|layer|network|net|interface|trait|impl)\b/y, help: block },
  {
    pattern: /(?:export|public|private|static|pub|async|extern)\b/y,
    help: "every declaration can be imported; leave it out",
  },
  { pattern: /(?:let|var|val|auto)\b/y, help: "write `const` to name a value outside of bodies" },
  { pattern: /(?:return|input|output|share|skip|loss|require)\b/y, help: inBody },
  { pattern: /expect\b/y, help: 'it stands in a test: `test "…" { expect … }`' },
  {
    pattern: /(?:if|for|while|match|chain|each|grow)\b/y,
    help: "only declarations stand outside of bodies; `const name = …` names a value",
  },
  { pattern: /([A-Za-z_]\w*)\s*:?=(?!=)/y, help: "write `const $1 = …`" },
  { pattern: goesOn, help: "a flow goes on with `->` in front" },
];

/** Where no statement begins. */
const stating: readonly Synonym[] = [
  { pattern: /--/y, help: comment },
  { pattern: /(\w+)\s*=\s*(\w+)\(\s*\1\s*\)/y, help: `${flowIn}: \`let y = $1 -> $2\`` },
  { pattern: /(\w+)\s*=\s*\w+\([^()\r\n]{0,200}\b\1\b/y, help: `${flowIn}: \`let y = $1 -> …\`` },
  { pattern: /(\w+)\s*=\s*\1\b/y, help: `${once}: \`let y = $1 …\`` },
  { pattern: /(\w+)\s*([-+*/%])=/y, help: `${once}: \`let y = $1 $2 …\`` },
  { pattern: /\w+\s*(?:\+\+|--)/y, help: once },
  { pattern: /(?:const|var|val|auto)\s+(\w+)/y, help: "write `let $1 = …`" },
  { pattern: /(\w+)\s*(?::?=(?!=)|<-)/y, help: "write `let $1 = …`" },
  { pattern: /(\w+)\s*:[^=\r\n]{0,80}=(?!=)/y, help: "write `let $1: … = …`" },
  { pattern: /(?:fn|block|model|table|enum|type|use|test|weights|mapping|defaults)\b/y, help: outside },
  { pattern: /(?:def|func|fun|function)\b/y, help: `${fn}; ${outside}` },
  { pattern: /(?:import|from)\b/y, help: `${imports}, at the top` },
  { pattern: /(?:for|while|loop|repeat|do|foreach)\b/y, help: loop },
  { pattern: /(?:if|unless)\b/y, help: `${choice}; bind it with \`let\`` },
  { pattern: /(?:elif|else|case|switch|match)\b/y, help: `${choice}, or \`match\`; bind it with \`let\`` },
  { pattern: /(?:assert|check|expect)\b/y, help: "write `require …`; `expect` stands in a test" },
  { pattern: /(?:return|require)\b/y, help: "a test says what is true: `expect …`" },
  { pattern: /(?:print|pass|try|raise|yield|del|global|with)\b/y, help: stepwise },
  { pattern: /(?:self|this)\b/y, help: "there are no objects; bind what a layer makes with `let`" },
  { pattern: /(\w+)\.(?:append|push|extend|insert|add)\b/y, help: "lists do not grow: `each` and `grow` build them" },
  { pattern: /in\s+(?:train|infer)\b/y, help: "inputs and outputs have a phase, a loss is of training; leave it out" },
  { pattern: /["']{3}/y, help: docs },
  { pattern: /[^{}>\r\n]{1,80}(?:==|~=|<|(?<!-)>)/y, help: "write `expect …` in a test, `require …` in a body" },
  { pattern: /([\w.]+(?:[ \t]*->[^{}=#\r\n]{0,200}?)?)\s*\}/y, help: "a body ends with `return $1`" },
  { pattern: goesOn, help: "a flow goes on with `->` in front; a result gets a name, `let y = …`" },
];

/** Within a declaration or a statement. */
const within: readonly Synonym[] = [
  { pattern: /import\b/y, help: imports },
  { pattern: /::/y, help: member },
  { pattern: /:=|<-|(?<=:)=/y, help: "a name is bound with `=`" },
  { pattern: /[-+*/%]=/y, help: once },
  { pattern: /===?|!==/y, help: compare },
  {
    pattern: /=>/y,
    help: "a body begins with `=`, and tensors flow along `->`; `=>` stands in `match` and in mappings",
  },
  { pattern: /\{(?<=\bwhere\b[^{}]{0,200}[^=!<>~]=[^=>][^{}]{0,200}\{)/y, help: compare },
  { pattern: /=(?<=\bon\s+\w{1,80}\s*=)/y, help: "an input has a type: `on x: [.., H, W, C] = …`" },
  { pattern: /=/y, help: compare },
  { pattern: /(\w+)\s+from\b/y, help: 'write `use "./file.dm" { $1 }`' },
  { pattern: /\{(?<=\benum\s+\w{1,80}\s*\{)/y, help: "write `enum Name = a | b`" },
  { pattern: /\{(?<=\btype\s+\w{1,80}\s*\{)/y, help: "write `type Name = …`" },
  { pattern: /\{(?<=\bfn\b[^={}]{0,200}\{)/y, help: "a function is one value: `fn name(a: int) = …`" },
  { pattern: /\|(?=\|)|\|(?<=\|\|)/y, help: "write `or`" },
  { pattern: /is\b/y, help: "write `==` or `!=`" },
  { pattern: /(?:not\s+)?in\b/y, help: "write `a == b or a == c` to ask whether a list holds a value" },
  { pattern: /(?:elif|elsif|elseif)\b/y, help: "write `else if c then …`" },
  { pattern: /if\b/y, help: choice },
  { pattern: /(?:for|while)\b/y, help: loop },
  { pattern: /(?:int|float|bool|str|Tensor|tensor)\s+(\w+)/y, help: "the type follows the name: `$1: …`" },
  { pattern: /\w+\s*:\s*\w*\[/y, help: "inputs stand behind `on`: `on x: [.., H, W, C]`" },
  { pattern: /(\w+)(?<=\buse\s+\w+)/y, help: 'write `use "./$1.dm" { Name }`' },
  { pattern: /(\w+)(?<=\btest\s+\w+)/y, help: 'write `test "$1" { … }`' },
  { pattern: /\*(?<=\{\s*\*)/y, help: "every name is listed: `{ A, B }`" },
  {
    pattern: /(?:let|return|skip|share|require|output|input)\b(?<==\s*\{\s*\w+)/y,
    help: "a body of statements has no `=` in front",
  },
  { pattern: /,(?<=\bon\s[^:{}]{0,80},)/y, help: "each input has its type: `on (x: [.., C], y: [.., C])`" },
  { pattern: /,(?<=\b(?:let|return)\s[^()\r\n]{0,80},)/y, help: "several values stand in parentheses: `(a, b)`" },
  { pattern: /\((?<=\b[fiu][0-9]{1,2}\s*\()/y, help: "a shape stands in brackets: `f32[N, C]`" },
  { pattern: /\|(?<=\|[-: ]+\|)/y, help: "no line stands below the names of the columns" },
  { pattern: /[0-9](?<=[A-Za-z_]\w{0,80}[ \t]+[0-9])/y, help: "parameters stand in parentheses: `conv(3)`" },
  { pattern: /"(?<=@\w+\s+")/y, help: 'arguments stand in parentheses: `@paper("…")`' },
  {
    pattern: /"(\w*)"(?<=\b(?:model|block|let|const|fn|table|enum|type)\s+"\w*")/y,
    help: "a name has no quotes: `$1`",
  },
  { pattern: /"[^"\r\n]*"\s*:/y, help: "labels have no quotes: `{ name: 1 }`" },
  { pattern: /:(?<=\[[^[\]\r\n]{0,80}:)/y, help: "a part of a list is written `list[from..to]`" },
  { pattern: /:(?<=\([^()\r\n]{0,80}:)/y, help: "an argument is given with `=`: `name = value`" },
  { pattern: /:(?<=\btest\s+"[^"\r\n]{0,80}"\s*:)/y, help: "a body stands in braces: `{ … }`" },
  { pattern: /:[ \t]*(?:#[^\r\n]*)?(?=[\r\n])/y, help: "a body stands in braces: `{ … }`" },
  { pattern: /:(?<=\)\s{0,20}:)/y, help: "the type of a result follows `->`" },
  { pattern: /\.([0-9]+)/y, help: "write `0.$1`" },
  { pattern: /@/y, help: "`@` annotates a declaration; a product with weights is `x -> dense(n)`" },
];

/** What the parser takes for a beginning, so that it stumbles one word later. */
const opening: readonly Synonym[] = [
  { pattern: /(lambda)\b/y, help: fn },
  { pattern: /(switch|case|when|cond)\b/y, help: match },
  { pattern: /(mut|var)\s+\w/y, help: "no name changes; leave it out" },
  { pattern: /((?:int|float|bool|str|string|Tensor|tensor)\s+(\w+))/y, help: "the type follows the name: `$2: …`" },
  { pattern: /(new|await|yield|typeof|return)\s+\w/y, help: "leave it out" },
  { pattern: /(<>)/y, help: "write `!=`" },
  { pattern: /(===|!==)/y, help: "write `==` or `!=`" },
  { pattern: /(\.\.\.)/y, help: "write two dots, `..`" },
  { pattern: /(\.\.=)/y, help: "`0..n` leaves `n` out; write `0..n + 1`" },
  { pattern: /(::)/y, help: member },
  { pattern: /(<-)/y, help: "a name is bound with `=`, and tensors flow along `->`" },
  { pattern: /([-+*/%]=)/y, help: once },
  { pattern: /([fr])"/y, help: "a string has no letter in front" },
];

export type Situation = "declaring" | "stating" | "within" | "opening";
const tables: Readonly<Record<Situation, readonly Synonym[]>> = { declaring, stating, within, opening };

interface Meaning {
  /** The first part that the pattern found. */
  readonly word: string;
  readonly help: string;
}

/** What was probably meant by the text at `at`, or nothing. */
export function meantAt(text: string, at: number, ...situations: readonly Situation[]): Meaning | undefined {
  for (const { pattern, help } of situations.flatMap((situation) => tables[situation])) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) continue;
    return {
      word: found[1] ?? "",
      help: help.replace(/\$(\d)/g, (_, part: string) => shortened(found[Number(part)] ?? "")),
    };
  }
  return undefined;
}
