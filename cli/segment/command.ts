// `deepmacc segment` on the command line.
import { existsSync } from "node:fs";
import type { Declare } from "../host.ts";
import { withExamples, withWeights } from "../options.ts";
import { type SegmentCommandOptions, segmentPictures } from "./segment.ts";

export const declare: Declare = (command, host) => {
  withWeights(command)
    .option(
      "--model <model>",
      "a directory of parts, a model file, or a REF with --weights (a small one of the package)",
    )
    .option("--box <boxes...>", "x0,y0,x1,y1 in pixels of the picture as it is seen (what the model finds)")
    .option("--boxes <file>", "boxes from JSON: [[x0, y0, x1, y1], …] for every picture, or COCO's by file name")
    .option("-o, --out <directory>", "where masks, overlays and results.json go (this directory)")
    .option("--masks <form>", "each (one PNG a mask), map (one PNG of their numbers) or none (each)")
    .option("--no-overlay", "write no picture with the masks on it")
    .option("--score <number>", "how certain the model has to be of what it finds, 0 to 1 (0.3)")
    .option("--threshold <number>", "what is more probable belongs to a mask, 0 to 1 (0.5)")
    .option("--strict", "stop at the first picture or box that cannot be used")
    .action(async (images: readonly string[], options: SegmentCommandOptions) => {
      // A list of boxes takes every word behind it, pictures as well.
      const [boxes, pictures] = [options.box?.filter((word) => !isPicture(word)), options.box?.filter(isPicture) ?? []];
      const given = boxes === undefined ? options : { ...options, box: boxes };
      host.answer(await segmentPictures([...images, ...pictures], given, host));
    });
  withExamples(
    command,
    "deepmacc segment photo.jpg --model deepmac/ --box 40,60,200,310",
    "deepmacc segment *.jpg --model DeepMAC --weights ckpt-0 --out results/",
    "deepmacc segment photo.jpg --model net.onnx --boxes boxes.json --masks map",
  );
};

/** A name that exists or ends like that of a file; what is written in numbers is a box, however many they are. */
const isPicture = (word: string): boolean =>
  !/^[-+.,\d\s]*$/.test(word) && (existsSync(word) || /\.[a-z]\w*$/i.test(word));
