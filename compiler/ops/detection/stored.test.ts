// What the released code answers, by the reference of each operator.
import { describe, expect, it } from "vitest";
import { fixture } from "../../../tests/vision-fixtures.ts";
import { operators, type Primitive } from "../index.ts";
import { evaluate, type Values } from "../testing.ts";

interface Stored {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** The results of an operator on what is stored. */
function answers(op: keyof typeof operators, inputs: readonly Stored[], given: Values): readonly Float64Array[] {
  const arrays = inputs.map(({ dims, data }) => ({ dims, data: Float64Array.from(data) }));
  return evaluate(operators[op] as Primitive, arrays, { given }).map(({ data }) => data);
}

/** Equal to within single precision, in relation to the largest value. */
function expectStored(made: ArrayLike<number> | undefined, { data }: Stored): void {
  expect(made?.length).toBe(data.length);
  const scale = Math.max(...data.map(Math.abs), 1e-30);
  data.forEach((value, at) =>
    expect(Math.abs((made?.[at] ?? Number.NaN) - value) / scale, `value ${at}`).toBeLessThan(2e-6),
  );
}

describe("CenterNet's decoding", () => {
  const file = fixture<{ readonly k: number }>("centernet_decode.safetensors");
  it.each(Object.keys(file.cases))("%s", (name) => {
    const k = file.cases[name]!.k;
    const read = (role: string) => file.tensor(`${name}/${role}`);
    const heat = read("center_prob");
    const [, height = 0, width = 0, channels = 0] = heat.dims;
    const [boxes = [], scores, classes] = answers("centernet_decode", [heat, read("scale"), read("offset")], { k });
    expect([...(classes ?? [])]).toEqual(read("classes").data);
    expectStored(scores, read("scores"));
    const inCells = Array.from(boxes, (side, at) => side * (at % 2 === 0 ? height : width));
    expectStored(inCells, read("boxes_strided"));

    const [peaks = []] = answers("heatmap_peaks", [heat], {});
    const [values, index] = answers("top_k", [{ dims: heat.dims, data: [...peaks] }], { k });
    expectStored(values, read("scores"));
    const [ys, xs, of] = ["y", "x", "classes"].map((role) => read(role).data) as [number[], number[], number[]];
    expect([...(index ?? [])]).toEqual(ys.map((y, at) => (y * width + xs[at]!) * channels + of[at]!));
  });
});

describe("the detector of Deep-MARC", () => {
  interface Case {
    readonly levels: readonly number[];
    readonly num_scales: number;
    readonly anchor_size: number;
    readonly input_size: readonly [number, number];
    readonly image_shape: readonly [number, number];
    readonly pre_nms_top_k: number;
    readonly num_proposals: number;
    readonly test_pre_nms_top_k: number;
    readonly test_num_proposals: number;
    readonly nms_iou_threshold: number;
    readonly pre_nms_score_threshold: number;
    readonly max_num_detections: number;
    readonly training: boolean;
  }
  const file = fixture<Case>("proposals.safetensors");
  const levels = [2, 3, 4, 5, 6];

  it.each(["anchors_fpn", "anchors_spinenet"])("%s", (name) => {
    const { levels, num_scales: scales, anchor_size: size, input_size } = file.cases[name]!;
    for (const level of levels) {
      const stored = file.tensor(`${name}/anchors_${level}`);
      const map = { dims: [1, ...input_size.map((side) => side / 2 ** level), 1], data: [] };
      const [made] = answers("anchors", [map], { stride: 2 ** level, size, scales });
      expectStored(made, stored);
    }
  });

  it("box coding", () => {
    const read = (role: string) => file.tensor(`box_coding/${role}`);
    expectStored(answers("encode_boxes", [read("boxes"), read("anchors")], {})[0], read("codes"));
    const scaled = { center: 10, extent: 5 };
    expectStored(answers("encode_boxes", [read("boxes"), read("anchors")], scaled)[0], read("codes_weighted"));
    expectStored(answers("decode_boxes", [read("deltas"), read("anchors")], {})[0], read("decoded"));
    const image = { dims: [40, 2], data: new Array(40).fill(file.cases["clip"]!.image_shape).flat() };
    expectStored(answers("clip_boxes", [file.tensor("clip/boxes"), image], {})[0], file.tensor("clip/clipped"));
  });

  it.each(["proposals_train", "proposals_test"])("%s", (name) => {
    const limits = file.cases[name]!;
    const read = (role: string) => file.tensor(`proposals_train/${role}`);
    const given = limits.training
      ? { pre: limits.pre_nms_top_k, post: limits.num_proposals }
      : { pre: limits.test_pre_nms_top_k, post: limits.test_num_proposals };
    const inputs = [
      ...levels.flatMap((level) => [read(`scores_${level}`), read(`box_codes_${level}`)]),
      read("image_shape"),
    ];
    const [boxes, scores] = answers("rpn_decode", inputs, { ...given, iou: limits.nms_iou_threshold });
    expectStored(scores, file.tensor(`${name}/roi_scores`));
    expectStored(boxes, file.tensor(`${name}/rois`));
  });

  it.each(["detections", "detections_spare", "detections_batched"])("%s", (name) => {
    const limits = file.cases[name]!;
    const read = (role: string) => file.tensor(`detections/${role}`);
    const codes = read("box_codes");
    const all = (codes.dims[2] ?? 0) / 4;
    // The class 0 is the background, whose boxes are never read.
    const named = {
      dims: [...codes.dims.slice(0, 2), 4 * (all - 1)],
      data: codes.data.filter((_, at) => at % (4 * all) >= 4),
    };
    const [boxes, scores, classes] = answers(
      "box_decode",
      [read("class_logits"), named, read("rois"), read("image_shape")],
      {
        max: limits.max_num_detections,
        pre: limits.pre_nms_top_k,
        iou: limits.nms_iou_threshold,
        above: limits.pre_nms_score_threshold,
      },
    );
    expectStored(scores, file.tensor(`${name}/detection_scores`));
    expectStored(boxes, file.tensor(`${name}/detection_boxes`));
    expect([...(classes ?? [])]).toEqual(file.tensor(`${name}/detection_classes`).data);
  });
});
