// Four pixels at a time: most of a mask is background, and a word of background needs no more than a look.

/** The pixels as whole words; up to three at the end are in none. */
export function wordsOf(pixels: Uint8Array): Int32Array {
  const aligned = pixels.byteOffset % 4 === 0 ? pixels : pixels.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}
