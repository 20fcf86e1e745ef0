// What readers and writers of zip archives share.
/** Why bytes are no such archive, or cannot become one; says nothing about which file it is. */
export interface ZipFailure {
  readonly failure: string;
}

/** The first four bytes of each record. */
export const marks = { local: 0x04034b50, listed: 0x02014b50, end: 0x06054b50 } as const;
/** Bytes of a record without its names. */
export const lengths = { local: 30, listed: 46, end: 22 } as const;
/** Ways to pack. */
export const stored = 0;
export const deflated = 8;
