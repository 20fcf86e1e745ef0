// How text is set apart. Whoever shows it decides what that looks like: colours on a terminal, nothing in a file.

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
