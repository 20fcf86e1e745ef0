// Arrays as NumPy saves them (.npy, format versions 1 to 3): little-endian f4 and f8, in C order.

export interface NpyArray {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface NpyFailure {
  readonly failure: string;
}

const magic = "\u0093NUMPY";

/** Says what is wrong with the bytes where they are no such array. */
export function readNpy(bytes: Uint8Array): NpyArray | NpyFailure {
  if (bytes.length < 12 || text(bytes, 0, magic.length) !== magic) return { failure: "it is no .npy file" };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 1) > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) return { failure: "it ends inside its header" };
  const header = text(bytes, start, end);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined) return { failure: "its header names no type and shape" };
  if (/'fortran_order':\s*True/.test(header))
    return { failure: "it is in Fortran order; save numpy.ascontiguousarray(x)" };
  if (type !== "<f4" && type !== "<f8") return { failure: `it holds ${type}; save x.astype("float32")` };
  return content(
    view,
    end,
    type === "<f4" ? 4 : 8,
    shape.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)])),
  );
}

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 65_536)));

function content(view: DataView, start: number, width: 4 | 8, dims: readonly number[]): NpyArray | NpyFailure {
  const count = dims.reduce((a, b) => a * b, 1);
  const held = (view.byteLength - start) / width;
  if (held !== count) return { failure: `its shape needs ${count} numbers, but it holds ${Math.floor(held)}` };
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++)
    data[i] = width === 4 ? view.getFloat32(start + i * 4, true) : view.getFloat64(start + i * 8, true);
  return { dims, data };
}
