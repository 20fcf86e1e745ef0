// Where bytes come from. Reading is synchronous and by range, so that a file of any size is looked at
// piece by piece; the caller makes a source over a file, tests make one over memory.

export interface ByteSource {
  /** What the user calls it, for commands in messages. */
  readonly name?: string;
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller stays within `size`. A file that shrank meanwhile gives fewer. */
  read(offset: number, length: number): Uint8Array;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Large enough that calls cost nothing, small enough that nobody notices the memory. A multiple of every element size. */
const chunkBytes = 1 << 20;

/** The range in pieces, each but the last of a whole number of elements; ends early where the source does. */
export function* piecesOf(source: ByteSource, offset: number, length: number): Generator<Uint8Array> {
  for (let done = 0; done < length; ) {
    const wanted = Math.min(chunkBytes, length - done);
    const piece = source.read(offset + done, wanted);
    yield piece;
    if (piece.length < wanted) return;
    done += wanted;
  }
}
