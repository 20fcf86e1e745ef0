// Pictures and boxes to masks, wherever a model runs: nothing of Node, no engine. What a page imports.
export { type CanvasPixels, pictureOf } from "./canvas.ts";
export { boxProblem, clipped } from "./geometry.ts";
export { type Instance, maskAt, type Segmentation, type SegmentOptions, segment } from "./segment.ts";
export { type Runner, type System, systemOf } from "./system.ts";
