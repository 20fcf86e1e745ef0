// What readers and writers of zip archives share.
/** Why bytes are no such archive, or cannot become one; says nothing about which file it is. */
export interface ZipFailure {
  readonly failure: string;
}

/** The first four bytes of each record. */
export const marks = {
  local: 0x04034b50,
  listed: 0x02014b50,
  end: 0x06054b50,
  wideEnd: 0x06064b50,
  locator: 0x07064b50,
} as const;
/** Bytes of a record without its names. */
export const lengths = { local: 30, listed: 46, end: 22, wideEnd: 56, locator: 20 } as const;
/** What stands where a number takes 64 bits, and is said elsewhere (zip64). */
export const elsewhere = { short: 0xffff, long: 0xffffffff } as const;
/** Ways to pack. */
export const stored = 0;
export const deflated = 8;
