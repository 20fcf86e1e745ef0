// Boxes and masks: the arbiter of their maths. Pure over typed arrays; imports nothing of ours and runs in a browser.
// Every function that refuses its input throws a VisionError.
export { type AnchorOptions, anchorSides, anchorsPerCell } from "./boxes/anchors.ts";
export type { Boxes } from "./boxes/boxes.ts";
export { type BoxCoding, clipBoxes, decodeBoxes, encodeBoxes, longestSide } from "./boxes/coding.ts";
export { type BoxForm, convertBoxes, denormalizeBoxes, normalizeBoxes } from "./boxes/convert.ts";
export { boxIou } from "./boxes/iou.ts";
export { type Suppression, type SuppressOptions, suppressBoxes } from "./boxes/suppress.ts";
export {
  type Center,
  type CenterMaps,
  decodeCenters,
  heatmapPeaks,
  type MapSize,
  peakEpsilon,
} from "./detections/centers.ts";
export { type BoxHead, type Detection, type DetectionOptions, decodeDetections } from "./detections/final.ts";
export { type Found, type KeepOptions, keepBoxes, noScore } from "./detections/keep.ts";
export { decodeProposals, type ProposalLevel, type ProposalOptions } from "./detections/proposals.ts";
export { bestOf } from "./detections/ranking.ts";
export { type Colour, colourOf } from "./drawing/colours.ts";
export { type Drawn, drawOverlay } from "./drawing/overlay.ts";
export { VisionError } from "./error.ts";
export type { ImageSize } from "./image-size.ts";
export { type ImageInput, type Placement, placementOf } from "./images/image-input.ts";
export { type Prepared, prepareImage } from "./images/prepare.ts";
export { type Pixels, resizePixels } from "./images/resize.ts";
export { maskArea } from "./masks/area.ts";
export { maskBoundingBox } from "./masks/bounding-box.ts";
export { type CocoRle, rleFromCoco, rleToCoco } from "./masks/coco.ts";
export { compressRle, decompressRle } from "./masks/compressed.ts";
export { type Contours, maskContours } from "./masks/contours.ts";
export { decodeMask } from "./masks/decode.ts";
export { encodeMask } from "./masks/encode.ts";
export { maskIou } from "./masks/iou.ts";
export { mergeMasks } from "./masks/merge.ts";
export type { PixelOrder } from "./masks/pixels.ts";
export { rleFromBox, rleFromPolygon, rleFromPolygons } from "./masks/polygon.ts";
export { type Rle, rleOf } from "./masks/rle.ts";
export { binaryMask } from "./pastes/binary.ts";
export type { Box, BoxMask } from "./pastes/box-mask.ts";
export { pasteMask, pasteRle } from "./pastes/paste.ts";
export { reframeMask, reframeRle } from "./pastes/reframe.ts";
