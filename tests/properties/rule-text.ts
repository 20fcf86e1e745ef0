// Reads the text of a size rule as a person would: "S % 32 in {0, 31}, S >= 31". Written without the
// compiler's own sets, so that a wrong text cannot agree with itself.

/** Does `size` keep the rule? Parts joined with ", " must all hold; "or" inside parentheses needs one. */
export function keepsRule(rule: string, name: string, size: number): boolean {
  return rule === "" || split(rule, ", ").every((part) => keepsPart(part, name, size));
}

function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if ("({".includes(text[i] ?? "")) depth++;
    if (")}".includes(text[i] ?? "")) depth--;
    if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(start, i));
      start = i + separator.length;
      i += separator.length - 1;
    }
  }
  return [...parts, text.slice(start)];
}

function keepsPart(part: string, name: string, size: number): boolean {
  if (part.startsWith("(") && part.endsWith(")")) return keepsRule(part.slice(1, -1), name, size);
  const choices = split(part, " or ");
  if (choices.length > 1) return choices.some((choice) => keepsRule(choice, name, size));
  const conjunction = split(part, " and ");
  if (conjunction.length > 1) return conjunction.every((each) => keepsPart(each, name, size));
  const match = /^(\w+)(?: % (\d+))? (==|!=|>=|<=|>|<|in|not in) (?:(\d+)|\{([\d, ]+)\})$/.exec(part);
  if (!match) throw new Error(`cannot read the rule ${part}`);
  if (match[1] !== name) return true;
  const value = match[2] === undefined ? size : size % Number(match[2]);
  const one = Number(match[4]);
  const many = (match[5] ?? "").split(",").map(Number);
  switch (match[3]) {
    case "==":
      return value === one;
    case "!=":
      return value !== one;
    case ">=":
      return value >= one;
    case "<=":
      return value <= one;
    case ">":
      return value > one;
    case "<":
      return value < one;
    case "in":
      return many.includes(value);
    default:
      return !many.includes(value);
  }
}
