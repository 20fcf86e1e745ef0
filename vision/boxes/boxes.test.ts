// Boxes in their forms, their overlaps, and which are kept.
import { describe, expect, it } from "vitest";
import { fixture } from "../../tests/vision-fixtures.ts";
import { VisionError } from "../error.ts";
import { type BoxForm, convertBoxes, denormalizeBoxes, normalizeBoxes } from "./convert.ts";
import { boxIou } from "./iou.ts";
import { suppressBoxes } from "./suppress.ts";

describe("a box", () => {
  const forms: Readonly<Record<BoxForm, readonly number[]>> = {
    xyxy: [1, 2, 4, 8],
    xywh: [1, 2, 3, 6],
    yxyx: [2, 1, 8, 4],
  };
  const names = Object.keys(forms) as BoxForm[];
  it.each(names.flatMap((from) => names.map((to) => [from, to] as const)))("is %s and %s", (from, to) => {
    expect([...convertBoxes([...forms[from], 0, 0, 0, 0], from, to)]).toEqual([...forms[to], 0, 0, 0, 0]);
  });
  it("is a part of its image", () => {
    const size = { height: 10, width: 20 };
    expect([...normalizeBoxes([2, 5, 10, 10], "xyxy", size)]).toEqual([0.1, 0.5, 0.5, 1]);
    expect([...normalizeBoxes([5, 2, 10, 10], "yxyx", size)]).toEqual([0.5, 0.1, 1, 0.5]);
    expect([...denormalizeBoxes([0.5, 0.1, 1, 0.5], "yxyx", size)]).toEqual([5, 2, 10, 10]);
    expect(() => normalizeBoxes([1, 2, 3, 4], "xyxy", { height: 0, width: 5 })).toThrow(VisionError);
  });
  it("is refused where it is none", () => {
    expect(() => convertBoxes([1, 2, 3], "xyxy", "xywh")).toThrow(/3 numbers end within a box/);
    expect(() => convertBoxes([1, 2, 3, 4, 5, Number.NaN, 7, 8], "xyxy", "xywh")).toThrow(/box 1 has NaN/);
    expect(() => convertBoxes([1, 2, 3, 4], "xxyy" as never, "xywh")).toThrow(/no box form xxyy/);
    expect(() => boxIou([1, 2, 3, Number.POSITIVE_INFINITY], [])).toThrow(VisionError);
  });
});

describe("overlaps of boxes", () => {
  it("are a row a detection", () => {
    const truths = [0, 0, 2, 2, 1, 0, 2, 2, 5, 5, 1, 1];
    expect([...boxIou([0, 0, 2, 2, 5, 5, 2, 1], truths)]).toEqual([1, 1 / 3, 0, 0, 0, 0.5]);
    expect([...boxIou([0, 0, 2, 2], truths, [false, true, false])]).toEqual([1, 0.5, 0]);
    expect(() => boxIou([0, 0, 2, 2], truths, [true])).toThrow(/3 truths cannot have 1 marks/);
  });
});

describe("suppression", () => {
  const boxes = [0, 0, 2, 2, 0, 0, 2, 1, 4, 4, 5, 5, 0, 0, 2, 2];
  it("keeps the best of those that overlap, and the first of equals", () => {
    expect([...suppressBoxes(boxes, [0.5, 0.4, 0.9, 0.5], { threshold: 0.4 })]).toEqual([2, 0]);
  });
  it("reads a threshold that is met in two ways", () => {
    expect([...suppressBoxes(boxes, [4, 3, 2, 1], { threshold: 0.5 })]).toEqual([0, 1, 2]);
    expect([...suppressBoxes(boxes, [4, 3, 2, 1], { threshold: 0.5, suppress: "at-least" })]).toEqual([0, 2]);
  });
  it("stops at a number", () => {
    expect([...suppressBoxes(boxes, [4, 3, 2, 1], { threshold: 0.5, max: 2 })]).toEqual([0, 1]);
    expect([...suppressBoxes(boxes, [4, 3, 2, 1], { threshold: 0.5, max: 0 })]).toEqual([]);
    expect([...suppressBoxes([], [], { threshold: 0.5 })]).toEqual([]);
  });
  it("refuses what it cannot order", () => {
    expect(() => suppressBoxes(boxes, [1], { threshold: 0.5 })).toThrow(/4 boxes cannot have 1 scores/);
    expect(() => suppressBoxes(boxes, [1, 2, 3, Number.NaN], { threshold: 0.5 })).toThrow(/box 3 is NaN/);
    expect(() => suppressBoxes(boxes, [1, 2, 3, 4], { threshold: 2 })).toThrow(/threshold is 2/);
    expect(() => suppressBoxes(boxes, [1, 2, 3, 4], { threshold: 0.5, max: -1 })).toThrow(VisionError);
  });
});

interface Limits {
  readonly pre_nms_top_k: number;
  readonly pre_nms_score_threshold: number;
  readonly nms_iou_threshold: number;
  readonly max_num_detections: number;
}

describe("the suppression of Deep-MARC", () => {
  const file = fixture<Limits>("suppression.safetensors");
  it.each(["detections", "detections_spare"])("%s", (name) => {
    const limits = file.cases[name]!;
    const decoded = file.tensor(`${name}/decoded_boxes`);
    const scores = file.tensor(`${name}/decoded_scores`);
    const wanted = ["boxes", "scores", "classes"].map((role) => file.tensor(`${name}/detection_${role}`));
    const [images = 0, rows = 0, classes = 0] = scores.dims;
    for (let image = 0; image < images; image++) {
      const found = Array.from({ length: classes }, (_, each) => each).flatMap((each) => {
        const places = Array.from({ length: rows }, (_, row) => (image * rows + row) * classes + each)
          .filter((place) => scores.data[place]! > limits.pre_nms_score_threshold)
          .sort((a, b) => scores.data[b]! - scores.data[a]!)
          .slice(0, limits.pre_nms_top_k);
        const boxes = places.map((place) => [...decoded.data.slice(4 * place, 4 * place + 4)]);
        const kept = suppressBoxes(
          boxes.flat(),
          places.map((place) => scores.data[place]!),
          { threshold: limits.nms_iou_threshold, suppress: "at-least", max: limits.max_num_detections },
        );
        return [...kept].map((at) => ({ box: boxes[at], score: scores.data[places[at]!]!, class: each + 1 }));
      });
      const best = found.sort((a, b) => b.score - a.score).slice(0, limits.max_num_detections);
      const start = image * limits.max_num_detections;
      expect(best.length).toBeGreaterThan(5);
      best.forEach(({ box, score, class: each }, at) => {
        const row = start + at;
        expect([...wanted[0]!.data.slice(4 * row, 4 * row + 4)]).toEqual(box);
        expect([wanted[1]!.data[row], wanted[2]!.data[row]]).toEqual([score, each]);
      });
      const rest = wanted[1]!.data.slice(start + best.length, start + limits.max_num_detections);
      expect([...rest].every((score) => score === 0)).toBe(true);
    }
  });
});
