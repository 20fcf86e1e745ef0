// The library: text -> tree -> graph -> files. The runtime has its own entry, since it needs an engine.
export * from "./compiler/index.ts";
export * from "./grammar/index.ts";
