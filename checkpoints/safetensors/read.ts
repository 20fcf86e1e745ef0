// Opens a safetensors file: eight bytes of length, a JSON header, then the tensors without a gap. The
// rules are those of the format's own reader: every byte belongs to exactly one tensor.
import { type Checkpoint, isProblem, type Problem, type TensorEntry } from "../checkpoint.ts";
import { byteLength, isDType, wrongSize } from "../dtype.ts";
import { foreignFormat } from "../foreign.ts";
import { printable } from "../printable.ts";
import { type ByteSource, piecesOf } from "../source.ts";
import { type HeaderEntry, parseHeader } from "./header.ts";

const longestHeader = 100_000_000;

interface Placed extends TensorEntry {
  /** In the file. */
  readonly offset: number;
}

export function openSafetensors(source: ByteSource): Checkpoint | Problem {
  const length = headerLength(source);
  if (isProblem(length)) return length;
  const text = headerText(source.read(8, length));
  if (isProblem(text)) return text;
  const header = parseHeader(text);
  if (isProblem(header)) return header;
  const placed = placeAll(header.entries, 8 + length, source.size);
  if (isProblem(placed)) return placed;
  return {
    format: "safetensors",
    tensors: placed,
    slots: new Map(),
    others: [],
    metadata: header.metadata,
    pieces: (name) => tensorPieces(source, placed.get(name), name),
  };
}

/** What does not begin as the format asks is told by what it is instead. */
function headerLength(source: ByteSource): number | Problem {
  const start = source.read(0, Math.min(9, source.size));
  if (start.length < Math.min(9, source.size)) return { problem: "the file ended while it was read" };
  if (start.length < 9 || start[8] !== 0x7b) return foreignFormat(source);
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeader)) return foreignFormat(source);
  if (8n + length > BigInt(source.size))
    return { problem: `the header would end at byte ${8n + length}, but the file has ${source.size}: it was cut` };
  return Number(length);
}

function headerText(bytes: Uint8Array): string | Problem {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { problem: "the header is not UTF-8 text" };
  }
}

/** The tensors by name, in the order of the file, once they are known to fill it exactly. */
function placeAll(entries: readonly HeaderEntry[], start: number, size: number): Map<string, Placed> | Problem {
  const placed = new Map<string, Placed>();
  let at = 0;
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const found = place(entry, start);
    if (isProblem(found)) return found;
    if (entry.begin !== at)
      return {
        problem: `${printable(entry.name)} starts at byte ${entry.begin} of the data, but ${
          entry.begin > at ? `nothing fills the bytes from ${at}` : `the tensor before it ends at ${at}`
        }`,
      };
    at = entry.end;
    placed.set(entry.name, found);
  }
  if (start + at !== size) return { problem: `the tensors end at byte ${start + at}, but the file has ${size} bytes` };
  return placed;
}

function place({ name, dtype, shape, begin, end }: HeaderEntry, start: number): Placed | Problem {
  if (!isDType(dtype))
    return { problem: `${printable(name)} has the type ${printable(dtype)}, which is not known here` };
  const bytes = byteLength(dtype, shape);
  if (end < begin || end - begin !== bytes) return { problem: wrongSize({ name, dtype, shape }, end - begin) };
  return { name, dtype, shape, bytes: end - begin, offset: start + begin };
}

function* tensorPieces(source: ByteSource, entry: Placed | undefined, name: string): Generator<Uint8Array | Problem> {
  if (!entry) {
    yield { problem: `there is no tensor ${printable(name)}` };
    return;
  }
  let done = 0;
  for (const piece of piecesOf(source, entry.offset, entry.bytes)) {
    done += piece.length;
    yield piece;
  }
  if (done < entry.bytes) yield { problem: `the file ended while ${printable(name)} was read` };
}
