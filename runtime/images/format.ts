// What a file is, by its first bytes: names lie, and a decoder must not see what it need not (an SVG may ask for other files).

export const formats = ["JPEG", "PNG", "WebP", "AVIF", "GIF"] as const;
export type Format = (typeof formats)[number];

interface Signature {
  readonly name: string;
  readonly offset: number;
  /** In Latin-1. */
  readonly text: string;
}

const read: readonly (Signature & { readonly name: Format })[] = [
  { name: "JPEG", offset: 0, text: "\xff\xd8\xff" },
  { name: "PNG", offset: 0, text: "\x89PNG\r\n\x1a\n" },
  { name: "WebP", offset: 8, text: "WEBP" },
  { name: "AVIF", offset: 4, text: "ftypavif" },
  { name: "AVIF", offset: 4, text: "ftypavis" },
  { name: "GIF", offset: 0, text: "GIF87a" },
  { name: "GIF", offset: 0, text: "GIF89a" },
];

/** Known, so that a refusal can name them. */
const others: readonly Signature[] = [
  { name: "a TIFF", offset: 0, text: "II*\0" },
  { name: "a TIFF", offset: 0, text: "MM\0*" },
  { name: "a BMP", offset: 0, text: "BM" },
  { name: "a HEIC", offset: 4, text: "ftyphei" },
  { name: "a HEIC", offset: 4, text: "ftypmif1" },
  { name: "a JPEG XL", offset: 0, text: "\xff\x0a" },
  { name: "a JPEG 2000", offset: 4, text: "jP  " },
  { name: "a PDF", offset: 0, text: "%PDF" },
];

/** The format of an image, or in words what else it is. */
export function formatOf(bytes: Uint8Array): Format | { readonly other: string } {
  if (bytes.length === 0) return { other: "an empty file" };
  const start = String.fromCharCode(...bytes.subarray(0, 512));
  const fits = ({ offset, text }: Signature): boolean => start.startsWith(text, offset);
  const found = read.find(fits);
  if (found) return found.name;
  if (/^\s*(<\?xml|<!--|<svg|<!doctype svg)/i.test(start)) return { other: "an SVG or another text" };
  return { other: others.find(fits)?.name ?? "no image of a known kind" };
}
