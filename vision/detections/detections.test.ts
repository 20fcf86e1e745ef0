// What the released code decodes, image by image.
import { describe, expect, it } from "vitest";
import { fixture } from "../../tests/vision-fixtures.ts";
import { VisionError } from "../error.ts";
import { decodeCenters } from "./centers.ts";
import { decodeDetections } from "./final.ts";
import { decodeProposals } from "./proposals.ts";

const near = (made: ArrayLike<number>, wanted: readonly number[]): void => {
  const scale = Math.max(...wanted.map(Math.abs), 1e-30);
  expect(made.length).toBe(wanted.length);
  wanted.forEach((value, at) => {
    expect(Math.abs(made[at]! - value) / scale, `value ${at}`).toBeLessThan(2e-6);
  });
};

interface Limits {
  readonly k: number;
  readonly pre_nms_top_k: number;
  readonly num_proposals: number;
  readonly nms_iou_threshold: number;
  readonly pre_nms_score_threshold: number;
  readonly max_num_detections: number;
}

describe("on the host", () => {
  it("CenterNet's peaks", () => {
    const file = fixture<Limits>("centernet_decode.safetensors");
    const read = (role: string) => file.tensor(`ties/${role}`);
    const [, height = 0, width = 0, channels = 0] = read("center_prob").dims;
    const maps = {
      height,
      width,
      channels,
      heat: read("center_prob").data,
      size: read("scale").data,
      offset: read("offset").data,
    };
    const centers = decodeCenters(maps, file.cases["ties"]!.k);
    expect(centers.map((each) => each.class)).toEqual(read("classes").data);
    near(
      centers.map(({ score }) => score),
      read("scores").data,
    );
    const inCells = centers.flatMap(({ box }) => box.map((side, at) => side * (at % 2 === 0 ? height : width)));
    near(inCells, read("boxes_strided").data);
    expect(() => decodeCenters({ ...maps, size: [] }, 5)).toThrow(/size: 126 numbers are asked for, and there are 0/);
    expect(decodeCenters(maps, 1e4)).toHaveLength(height * width * channels);
  });

  const file = fixture<Limits>("proposals.safetensors");
  const half = (name: string) => {
    const { dims, data } = file.tensor(name);
    return { dims: dims.slice(1), data: data.slice(0, data.length / (dims[0] ?? 1)) };
  };

  it("proposals", () => {
    const { pre_nms_top_k: pre, num_proposals: post, nms_iou_threshold: iou } = file.cases["proposals_train"]!;
    const levels = [2, 3, 4, 5, 6].map((level) => {
      const { dims, data } = half(`proposals_train/scores_${level}`);
      const codes = half(`proposals_train/box_codes_${level}`).data;
      return { height: dims[0] ?? 0, width: dims[1] ?? 0, logits: data, codes };
    });
    const [height = 0, width = 0] = half("proposals_train/image_shape").data;
    const options = { pre, post, iou, stride: 4, size: 8, scales: 1 };
    const found = decodeProposals(levels, [height, width], options);
    near(
      found.map(({ score }) => score),
      half("proposals_train/roi_scores").data,
    );
    near(
      found.flatMap(({ box }) => [...Array.from(box)]),
      half("proposals_train/rois").data,
    );
    const nothing = { height: 0, width: 0, logits: [], codes: [] };
    expect(() => decodeProposals([{ ...nothing, logits: [1] }], [1, 1], options)).toThrow(VisionError);
    expect(decodeProposals([nothing], [height, width], options)).toEqual([]);
  });

  it("final boxes, of which there may be none", () => {
    const limits = file.cases["detections"]!;
    const logits = half("detections/class_logits");
    const all = logits.dims[1] ?? 0;
    const probabilities = Array.from({ length: logits.data.length / all }, (_, row) => {
      const powers = logits.data.slice(row * all, (row + 1) * all).map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => power / sum);
    }).flat();
    const codes = half("detections/box_codes").data.filter((_, at) => at % (4 * all) >= 4);
    const head = { probabilities, codes, proposals: half("detections/rois").data };
    const options = {
      pre: limits.pre_nms_top_k,
      iou: limits.nms_iou_threshold,
      above: limits.pre_nms_score_threshold,
      max: limits.max_num_detections,
      center: 10,
      extent: 5,
    };
    const [height = 0, width = 0] = half("detections/image_shape").data;
    const found = decodeDetections(head, options, [height, width]);
    expect(found.map((each) => each.class)).toEqual(half("detections/detection_classes").data);
    near(
      found.flatMap(({ box }) => [...Array.from(box)]),
      half("detections/detection_boxes").data,
    );
    expect(() => decodeDetections({ ...head, probabilities: [1] }, options)).toThrow(VisionError);
    expect(decodeDetections(head, { ...options, above: 1 })).toEqual([]);
    expect(decodeDetections({ probabilities: [], codes: [], proposals: [] }, options)).toEqual([]);
  });
});
