// `deepmacc masks` on the command line.
import type { Declare } from "../host.ts";
import { withExamples, withJson } from "../options.ts";
import { type MasksOptions, masks } from "./masks.ts";

export const declare: Declare = (command, host) => {
  withJson(
    command
      .option("--area", "list them: pixels and boxes (what is done where nothing is said)")
      .option("--decode", "write a PNG of each mask")
      .option("--encode", "write COCO's JSON of PNG files: what is not black is the mask")
      .option("--rle", "write the file again, with compressed RLE")
      .option("--polygons", "write the file again, with polygons (holes are left out, and told)")
      .option("-o, --output <path>", "where to write: a file, or the directory of --decode"),
  ).action(async (files: readonly string[], options: MasksOptions) => host.answer(await masks(files, options)));
  withExamples(
    command,
    "deepmacc masks results.json",
    "deepmacc masks results.json --decode -o masks/",
    "deepmacc masks photo.mask.png other.png --encode -o masks.json",
    "deepmacc masks results.json --polygons -o polygons.json",
  );
};
