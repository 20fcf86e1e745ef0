// The only place that knows colours. Without a terminal, or with NO_COLOR set, text stays plain.
import { type Paint, plain, visible } from "../report/index.ts";

/**
 * Stands for an escape until the text is written. It is made anew in every run, so no text that was there before
 * can hold it.
 */
const mark = `\ufdd0${Math.random().toString(36).slice(2)}:`;
const style = (open: string) => (text: string) => `${mark}${open}m${text}${mark}0m`;
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

/** Text as a terminal gets it: our own styles are escapes, and nobody else's control characters are. */
export const forTerminal = (text: string): string => visible(text).replaceAll(mark, "\u001b[");
