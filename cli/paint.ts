// The only place that knows colours. Without a terminal, or with NO_COLOR set, text stays plain.

export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  hint(text: string): string;
  good(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

const asIs = (text: string): string => text;
export const plain: Paint = { error: asIs, warning: asIs, hint: asIs, good: asIs, strong: asIs, faint: asIs };

const style = (open: string) => (text: string) => `\u001b[${open}m${text}\u001b[0m`;
const coloured: Paint = {
  error: style("1;31"),
  warning: style("1;33"),
  hint: style("1;36"),
  good: style("32"),
  strong: style("1"),
  faint: style("2"),
};

export function paintFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const wanted = stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  return wanted ? coloured : plain;
}
