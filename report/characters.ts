// Characters that a reader does not see and a terminal obeys: controls (ESC, BEL, NUL, those of C1), and what formats
// or turns the direction of text. They come with names, titles and paths that other people wrote.

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const everyUnseen = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const isPlain = /^[\n\t -~]*$/;

/** What is shown in their place. */
export const unseenMark = "\u00b7";

export const isUnseen = (character: string): boolean => unseen.test(character);

/** The text with a dot for each of them; lines and tabs stay. */
export const visible = (text: string): string => (isPlain.test(text) ? text : text.replace(everyUnseen, unseenMark));

/** The same for a name or a sentence, which never begins a line of its own. */
export const inLine = (text: string): string => (/[\n\t]/.test(text) ? text.replace(/[\n\t]/g, unseenMark) : text);

/** JSON with each of them as an escape: the same document, and nothing to obey. */
export const escaped = (json: string): string =>
  isPlain.test(json)
    ? json
    : json.replace(everyUnseen, (character) =>
        Array.from({ length: character.length }, (_, i) => escapeOf(character.charCodeAt(i))).join(""),
      );

const escapeOf = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;
