// What a model file says about itself, as the runtime reads it. Types only: the runtime knows neither
// the language nor the compiler.

/** A free size has a name ("S"), a known one is a number. */
export type Size = number | string;

export interface Port {
  readonly name: string;
  /** Half precision is taken and given as float32, bytes as int32. */
  readonly type: "float32" | "int32" | "bool";
  readonly dims: readonly Size[];
}

export interface Manifest {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** The file's metadata: model, `size rule`, architecture… */
  readonly metadata: Readonly<Record<string, string>>;
}
