// Weights beside the model: one data file for what protobuf cannot hold (2 GiB), in the order of the
// initialisers. Small tensors stay inside, as readers look at them while they check shapes.
import type { Late, Part } from "./wire.ts";

/** What fits into a page stays in the model; offsets are multiples of it, so that files can be mapped. */
const page = 4096;

export interface External {
  /** The entries of `external_data`, or undefined for a tensor that stays inside. */
  place(content: Late): Readonly<Record<"location" | "offset" | "length", string>> | undefined;
  readonly parts: readonly Part[];
  bytes(): number;
}

export function externalFile(location: string): External {
  const parts: Part[] = [];
  let end = 0;
  return {
    parts,
    bytes: () => end,
    place(content) {
      if (content.bytes < page) return undefined;
      const gap = (page - (end % page)) % page;
      if (gap > 0) parts.push(new Uint8Array(gap));
      const offset = end + gap;
      parts.push(content);
      end = offset + content.bytes;
      return { location, offset: String(offset), length: String(content.bytes) };
    },
  };
}
