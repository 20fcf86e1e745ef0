// The only writing of files.
export { type Together, writeFolder, writeTogether } from "./together.ts";
export { writeWhole } from "./whole.ts";
export { writeWholeFolder } from "./whole-folder.ts";
