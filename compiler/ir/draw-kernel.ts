// The compiled form of draw.wat, and the memory that it works in. Drawing and scaling the weights of a
// large model is most of what a build computes; four numbers at a time take a third of the time. Where a
// host has no SIMD, callers keep to their own loops.

/** What hosts agree on of WebAssembly; its types come with the DOM, which this compiler does not know. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  uniform(at: number, ...loops: readonly number[]): void;
  scale(at: number, count: number, factor: number): void;
}

export interface DrawKernel {
  /** Room for so many floats. What was there before is lost, and so is the view that was given out for it. */
  numbers(count: number): Float32Array;
  /** Fills the room: counts and steps of the loops, both halves of the key, and the scale of a step. */
  uniform(loops: readonly number[], low: number, high: number, scale: number): void;
  /** Multiplies in double precision, in the room. */
  scale(from: number, count: number, factor: number): void;
  holds(numbers: Float32Array | Float64Array): boolean;
}

/** Base64 of the module; a test compiles draw.wat and compares. */
export const moduleText = [
  "AGFzbQEAAAABFgJgDH9/f39/f39/f39/fABgA39/fAADAwIAAQUDAQABBxwDBm1lbW9yeQIAB3VuaWZvcm0AAAVzY2FsZQABCr4E",
  "ApADAgV/A3sgCEEEbP0RIRIDQEEAIQ0DQEEAIQ4DQCAMIAVsIA0gBmwgDiAHbGpq/REgCP0R/QwAAAAAAQAAAAIAAAADAAAA/bUB",
  "/a4BIRFBACEPIAAhEANAIBFBsfPd8Xn9Ef21ASAJ/RH9rgEhEyATIBNBEP2tAf1RIRMgE0Gt1cKPAv0R/bUBIAr9Ef1RIRMgEyAT",
  "QQ/9rQH9USETIBNBl9vomgf9Ef21ASETIBMgE0EP/a0B/VEhEyATQeeKrdwG/RH9tQEhEyATIBNBEP2tAf1RIRMgE0EI/a0BIRMg",
  "ECAT/f4BRAAAAOD//19B/RT98QEgC/0U/fIB/V4gEyAT/Q0ICQoLDA0ODwgJCgsMDQ4P/f4BRAAAAOD//19B/RT98QEgC/0U/fIB",
  "/V79DQABAgMEBQYHEBESExQVFhf9CwQAIBEgEv2uASERIBBBEGohECAPQQRqIg8gBEkNAAsgACAEQQRsaiEAIA5BAWoiDiADSQ0A",
  "CyANQQFqIg0gAkkNAAsgDEEBaiIMIAFJDQALC6kBAgF/AXsgACABQXxxQQRsaiEDAkADQCAAIANPDQEgAP0ABAAhBCAAIAT9XyAC",
  "/RT98gH9XiAEIAT9DQgJCgsMDQ4PCAkKCwwNDg/9XyAC/RT98gH9Xv0NAAECAwQFBgcQERITFBUWF/0LBAAgAEEQaiEADAALCyAD",
  "IAFBA3FBBGxqIQMCQANAIAAgA08NASAAIAAqAgC7IAKitjgCACAAQQRqIQAMAAsLCw==",
].join("");

const pageBytes = 65_536;
/** Beyond this, a view of the memory would reach the limits of some hosts. */
const mostBytes = 2 ** 30;
/** The last store of a row may reach so far beyond it. */
const overrun = 16;

/** Undefined where the host cannot run it. */
export function newDrawKernel(): DrawKernel | undefined {
  const exports = instantiate();
  if (!exports) return undefined;
  const { memory } = exports;
  return {
    numbers(count) {
      const missing = count * 4 + overrun - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
      return new Float32Array(memory.buffer, 0, count);
    },
    uniform: (loops, low, high, scale) => exports.uniform(0, ...loops, low, high, scale),
    scale: (from, count, factor) => exports.scale(from * 4, count, factor),
    holds: ({ buffer }) => buffer === memory.buffer,
  };
}

/** Whether so many floats fit. */
export const fitsKernel = (count: number): boolean => count * 4 + overrun <= mostBytes;

function instantiate(): Exports | undefined {
  try {
    const bytes = Uint8Array.from(atob(moduleText), (letter) => letter.charCodeAt(0));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports;
  } catch {
    return undefined;
  }
}
