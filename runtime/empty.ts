// No boxes in a picture is an ordinary day: where what flows in is so empty that nothing can come out, that is the
// answer, and no engine is asked. Engines differ in what they make of tensors without elements.
import type { Manifest, Port } from "./manifest.ts";
import type { Session, TensorData, Tensors } from "./session.ts";

/** The same session, which answers what is empty itself. */
export const withEmptyAnswers = (session: Session): Session => ({
  ...session,
  run: async (feeds) => emptyAnswer(session.manifest, feeds) ?? session.run(feeds),
});

/** Undefined where something is to be computed, or where the file does not say enough. */
export function emptyAnswer({ inputs, outputs }: Manifest, feeds: Tensors): Tensors | undefined {
  const sizes = new Map<string, number>();
  let isEmpty = false;
  for (const { name, dims } of inputs) {
    const feed = feeds[name];
    if (!feed || feed.dims.length !== dims.length) return undefined;
    for (const [axis, dim] of dims.entries()) {
      const size = feed.dims[axis] ?? 0;
      if (typeof dim === "string" && (sizes.get(dim) ?? size) === size) sizes.set(dim, size);
      else if (dim !== size) return undefined;
      isEmpty ||= size === 0;
    }
  }
  if (!isEmpty) return undefined;
  const answers = outputs.map((port) => [port.name, emptyTensor(port, sizes)] as const);
  if (answers.some(([, tensor]) => tensor === undefined)) return undefined;
  return Object.fromEntries(answers as [string, TensorData][]);
}

function emptyTensor({ type, dims }: Port, sizes: ReadonlyMap<string, number>): TensorData | undefined {
  const shape = dims.map((dim) => (typeof dim === "string" ? (sizes.get(dim) ?? Number.NaN) : dim));
  if (!shape.includes(0) || shape.some(Number.isNaN)) return undefined;
  const data = { float32: new Float32Array(0), int32: new Int32Array(0), bool: new Uint8Array(0) };
  return { dims: shape, data: data[type] };
}
