// What vision/ answers, for the peer test: one JSON question a line in, one JSON answer a line out.
import { createInterface } from "node:readline";
import * as vision from "../../dist/vision.js";

const rleOf = ({ size, counts }) => vision.rleFromCoco({ size, counts });

const answers = {
  encode: ({ pixels, size: [height, width], order }) => {
    const rle = vision.encodeMask(Uint8Array.from(Buffer.from(pixels, "base64")), { height, width }, order);
    return { counts: [...rle.counts], text: vision.compressRle(rle) };
  },
  decode: ({ rle, order }) => Buffer.from(vision.decodeMask(rleOf(rle), order)).toString("base64"),
  counts: ({ rle }) => [...rleOf(rle).counts],
  text: ({ rle }) => vision.compressRle(rleOf(rle)),
  area: ({ rle }) => vision.maskArea(rleOf(rle)),
  box: ({ rle }) => vision.maskBoundingBox(rleOf(rle)),
  merge: ({ rles, join }) => vision.rleToCoco(vision.mergeMasks(rles.map(rleOf), join)).counts,
  iou: ({ detections, truths, crowd }) => [...vision.maskIou(detections.map(rleOf), truths.map(rleOf), crowd)],
  boxIou: ({ detections, truths, crowd }) => [...vision.boxIou(detections.flat(), truths.flat(), crowd)],
  polygon: ({ polygon, size: [height, width] }) =>
    vision.rleToCoco(vision.rleFromPolygon(polygon, { height, width })).counts,
  polygons: ({ polygons, size: [height, width] }) =>
    vision.rleToCoco(vision.rleFromPolygons(polygons, { height, width })).counts,
  boxMask: ({ box, size: [height, width] }) => vision.rleToCoco(vision.rleFromBox(box, { height, width })).counts,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...question } = JSON.parse(line);
  console.log(JSON.stringify(answers[ask](question)));
}
