// CRC-32C (Castagnoli), as LevelDB tables and TensorFlow bundles carry it: rotated and shifted ("masked"),
// because a checksum over bytes that hold checksums would be weak.

/** What eight zero bits do to a checksum that ends in the byte. */
const t0 = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
const next = (table: Uint32Array): Uint32Array => table.map((crc) => (crc >>> 8) ^ (t0[crc & 0xff] as number));
// Eight tables, so that eight bytes are folded in at a time.
const t1 = next(t0);
const t2 = next(t1);
const t3 = next(t2);
const t4 = next(t3);
const t5 = next(t4);
const t6 = next(t5);
const t7 = next(t6);

/** Continues `crc` over more bytes; a checksum starts from 0. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const at = (i: number): number => bytes[i] as number;
  let crc = ~before;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const low = crc ^ (at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24));
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[at(i + 4)] as number) ^
      (t2[at(i + 5)] as number) ^
      (t1[at(i + 6)] as number) ^
      (t0[at(i + 7)] as number);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ (t0[(crc ^ at(i)) & 0xff] as number);
  return ~crc >>> 0;
}

export function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
