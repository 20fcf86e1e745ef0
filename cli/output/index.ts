// The only writing of files.
export { type Together, writeFolder, writeTogether } from "./together.ts";
export { type Chunks, writeWhole } from "./whole.ts";
