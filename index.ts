// The library: text -> tree -> graph -> files. The runtime has its own entry, since it needs an engine.

export type { Port as ModelPort } from "./compiler/index.ts";
export * from "./compiler/index.ts";
// Both rooms have a Port: here the word means the one in the text.
export type { Port } from "./grammar/index.ts";
export * from "./grammar/index.ts";
