// The protobuf wire format, write only. A message is a list of parts whose total length is known, so
// that lengths of enclosing messages are written before large contents exist: those are `Late` and
// produced one at a time while the file is streamed.

/** Bytes that are made when they are written. */
export interface Late {
  readonly bytes: number;
  produce(): Uint8Array;
}
export type Part = Uint8Array | Late;
export interface Message {
  readonly bytes: number;
  readonly parts: readonly Part[];
}

const varintType = 0;
const lengthType = 2;
const fixed32Type = 5;

/** A byte buffer that grows: what one message needs before it is finished. */
interface Growing {
  data: Uint8Array;
  at: number;
}

function room(buffer: Growing, more: number): void {
  const needed = buffer.at + more;
  if (needed <= buffer.data.length) return;
  const larger = new Uint8Array(Math.max(needed, buffer.data.length * 2));
  larger.set(buffer.data.subarray(0, buffer.at));
  buffer.data = larger;
}

function varint(buffer: Growing, value: number): void {
  room(buffer, 10);
  let rest = value;
  while (rest >= 0x80) {
    buffer.data[buffer.at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer.data[buffer.at++] = rest;
}

/** Two's complement in 64 bits: always ten bytes. */
function negative(buffer: Growing, value: number): void {
  room(buffer, 10);
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < 9; i++) {
    buffer.data[buffer.at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  buffer.data[buffer.at++] = Number(rest);
}

const tag = (buffer: Growing, field: number, type: number): void => varint(buffer, field * 8 + type);

/** UTF-8 behind its length. Names are nearly always ASCII, which needs no encoder. */
function text(buffer: Growing, value: string): void {
  room(buffer, value.length + 10);
  const start = buffer.at;
  varint(buffer, value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 0x80) {
      buffer.at = start;
      return raw(buffer, new TextEncoder().encode(value));
    }
    buffer.data[buffer.at++] = code;
  }
}

function raw(buffer: Growing, value: Uint8Array): void {
  varint(buffer, value.length);
  room(buffer, value.length);
  buffer.data.set(value, buffer.at);
  buffer.at += value.length;
}

const scratch = new DataView(new ArrayBuffer(4));
function fixed32(buffer: Growing, value: number): void {
  room(buffer, 4);
  scratch.setFloat32(0, value, true);
  for (let i = 0; i < 4; i++) buffer.data[buffer.at++] = scratch.getUint8(i);
}

/** One message. A class, as a large graph makes a million of them. */
export class Writer {
  readonly #buffer: Growing = { data: new Uint8Array(64), at: 0 };
  readonly #parts: Part[] = [];
  #finished = 0;

  /** int32, int64, enum, bool: whole numbers up to 2^53, negative ones as ten bytes. */
  int(field: number, value: number): void {
    tag(this.#buffer, field, varintType);
    if (value < 0) negative(this.#buffer, value);
    else varint(this.#buffer, value);
  }

  float(field: number, value: number): void {
    tag(this.#buffer, field, fixed32Type);
    fixed32(this.#buffer, value);
  }

  text(field: number, value: string): void {
    tag(this.#buffer, field, lengthType);
    text(this.#buffer, value);
  }

  bytes(field: number, value: Uint8Array): void {
    tag(this.#buffer, field, lengthType);
    raw(this.#buffer, value);
  }

  message(field: number, value: Message): void {
    tag(this.#buffer, field, lengthType);
    varint(this.#buffer, value.bytes);
    for (const part of value.parts) this.#append(part);
  }

  late(field: number, value: Late): void {
    tag(this.#buffer, field, lengthType);
    varint(this.#buffer, value.bytes);
    this.#append(value);
  }

  done(): Message {
    this.#flush();
    return { bytes: this.#finished, parts: this.#parts };
  }

  #append(part: Part): void {
    const buffer = this.#buffer;
    if (part instanceof Uint8Array) {
      room(buffer, part.length);
      buffer.data.set(part, buffer.at);
      buffer.at += part.length;
      return;
    }
    this.#flush();
    this.#parts.push(part);
    this.#finished += part.bytes;
  }

  /** What is in the buffer becomes a part; parts that are late follow it. */
  #flush(): void {
    const buffer = this.#buffer;
    if (buffer.at === 0) return;
    this.#parts.push(buffer.data.slice(0, buffer.at));
    this.#finished += buffer.at;
    buffer.at = 0;
  }
}

const chunkBytes = 1 << 16;

/** The bytes in order; small parts are joined, late ones made when their turn comes. */
export function* chunksOf(parts: Iterable<Part>): Generator<Uint8Array> {
  let pending = new Uint8Array(chunkBytes);
  let at = 0;
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : part.produce();
    if (bytes.length !== (part instanceof Uint8Array ? part.length : part.bytes))
      throw new Error("internal: a part has another length than announced");
    if (at + bytes.length > chunkBytes && at > 0) {
      yield pending.subarray(0, at);
      pending = new Uint8Array(chunkBytes);
      at = 0;
    }
    if (bytes.length > chunkBytes) {
      yield bytes;
      continue;
    }
    pending.set(bytes, at);
    at += bytes.length;
  }
  if (at > 0) yield pending.subarray(0, at);
}
