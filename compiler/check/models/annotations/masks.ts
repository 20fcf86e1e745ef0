// `@masks(…)`: what the boxes and masks of a system mean, so that a runtime can put them into a picture.
import type { Annotation } from "../../../../grammar/index.ts";
import type { Context } from "../../state/context.ts";
import { numberOf, type Scope, type Value } from "../../values/value.ts";
import { choice, readSettings, type Schema, type Settings } from "./settings.ts";

const schema: Schema = {
  boxes: choice(["normalized", "pixels"], {
    help: "boxes are [ymin, xmin, ymax, xmax]: `normalized` to the input, 0 to 1, or in `pixels` of it",
  }),
  values: choice(["probabilities", "logits"], {
    help: "what masks hold: `probabilities`, or `logits` that a sigmoid makes them of",
  }),
  paste: choice(["corners", "framed"], {
    help: "`corners` of a mask lie on the corners of its box (Deep-MAC), or it gets a frame of zeros (`framed`: Deep-MARC, Mask R-CNN)",
  }),
  first: {
    read: (value: Value) => {
      const number = numberOf(value) ?? -1;
      return Number.isInteger(number) && number >= 0 ? number : undefined;
    },
    expected: "a whole number of at least 0",
    help: "the category that class 0 is: 1 where classes are channels, 0 where class 0 is the background",
    default: 0,
  },
};

export const masksSettings = (annotation: Annotation, scope: Scope, c: Context): Settings | undefined =>
  readSettings(annotation, schema, scope, c);
