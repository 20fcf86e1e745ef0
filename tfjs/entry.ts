// `import "deepmacc/tfjs"`: registers our layers with the tfjs that this module finds. `register` is for
// another copy of tfjs, such as one that a script tag brought.
import * as tf from "@tensorflow/tfjs";
import { register } from "./index.ts";

register(tf);

export { layerNames, register } from "./index.ts";
