// tfjs on WebAssembly divides by 0 where a tensor has no elements, in two of its kernels. No number is computed there,
// so the result is the input under other sizes.
import type * as tfjs from "@tensorflow/tfjs";

type Tf = typeof tfjs;
type Shape = readonly number[];

/** The sizes of a result, by the kernel's attributes. */
const shapes: Readonly<Record<string, (shape: Shape, attributes: tfjs.NamedAttrMap) => Shape>> = {
  Transpose: (shape, { perm }) => (perm as Shape).map((axis) => shape[axis] as number),
  Mean: (shape, { axis, keepDims }) => {
    const gone = new Set([axis as number | Shape].flat().map((each) => (each + shape.length) % shape.length));
    return keepDims ? shape.map((size, i) => (gone.has(i) ? 1 : size)) : shape.filter((_, i) => !gone.has(i));
  },
};

const mended = new WeakSet<tfjs.KernelFunc>();

/** Mends the kernels once in a process. */
export function mendEmpty(tf: Tf): void {
  const reshape = tf.getKernel("Reshape", "wasm");
  for (const [name, shapeOf] of Object.entries(shapes)) {
    const kernel = tf.getKernel(name, "wasm");
    if (!kernel || mended.has(kernel.kernelFunc)) continue;
    const kernelFunc: tfjs.KernelFunc = (params) => {
      const { shape } = params.inputs["x"] as tfjs.TensorInfo;
      const result = shape.includes(0) && params.attrs ? [...shapeOf(shape, params.attrs)] : [];
      if (!result.includes(0)) return kernel.kernelFunc(params);
      return reshape.kernelFunc({ ...params, attrs: { shape: result } });
    };
    mended.add(kernelFunc);
    tf.unregisterKernel(name, "wasm");
    tf.registerKernel({ ...kernel, kernelFunc });
  }
}
