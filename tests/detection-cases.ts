// What the released code was asked around its networks, and what it answered: one use of an operator each.
import type { Graph, ParamValue } from "../compiler/ir/graph.ts";
import type { NDArray } from "../compiler/ops/index.ts";
import { GraphBuilder, type table } from "../compiler/testing.ts";
import { type Fixture, fixture } from "./vision-fixtures.ts";

interface Stored {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface DetectionCase {
  readonly name: string;
  readonly op: keyof typeof table;
  readonly inputs: readonly Stored[];
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The first input goes through a sigmoid first, as in the network. */
  readonly sigmoid?: boolean;
  /** In the order of the operator's results. */
  readonly answers: readonly Stored[];
}

const times = ({ dims, data }: Stored, factor: (at: number) => number): Stored => ({
  dims,
  data: data.map((value, at) => value * factor(at)),
});

function centerNet(file: Fixture<{ readonly k: number }>, name: string): readonly DetectionCase[] {
  const k = file.cases[name]!.k;
  const read = (role: string) => file.tensor(`${name}/${role}`);
  const heat = read("center_prob");
  const [, height = 0, width = 0, channels = 0] = heat.dims;
  const boxes = times(read("boxes_strided"), (at) => 1 / (at % 2 === 0 ? height : width));
  const [y, x, of] = ["y", "x", "classes"].map(read) as [Stored, Stored, Stored];
  const index = { dims: y.dims, data: y.data.map((row, at) => (row * width + x.data[at]!) * channels + of.data[at]!) };
  const decode = { op: "centernet_decode", params: { k }, answers: [boxes, read("scores"), of] };
  const more = [read("scale"), read("offset")];
  const peaks = { dims: heat.dims, data: peaksOf(heat) };
  return [
    { ...decode, name: `centernet_decode ${name}`, inputs: [heat, ...more] },
    {
      ...decode,
      name: `centernet_decode ${name}, from logits`,
      inputs: [read("center_logits"), ...more],
      sigmoid: true,
    },
    { name: `heatmap_peaks ${name}`, op: "heatmap_peaks", params: {}, inputs: [heat], answers: [peaks] },
    { name: `top_k ${name}`, op: "top_k", params: { k }, inputs: [peaks], answers: [read("scores"), index] },
  ];
}

/** Written again, plainly: what is not within 1e-6 of the largest around it is 0. */
function peaksOf({ dims: [, height = 0, width = 0, channels = 0], data }: Stored): readonly number[] {
  return data.map((value, at) => {
    const [row, column] = [Math.floor(at / (channels * width)) % height, Math.floor(at / channels) % width];
    const steps = [-1, 0, 1];
    const around = steps.flatMap((dy) =>
      steps.flatMap((dx) => {
        const isInside = row + dy >= 0 && row + dy < height && column + dx >= 0 && column + dx < width;
        return isInside ? [data[at + (dy * width + dx) * channels]!] : [];
      }),
    );
    return Math.fround(Math.max(...around) - value) < 1e-6 ? value : 0;
  });
}

interface Limits {
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

function anchors(file: Fixture<Limits>, name: string): readonly DetectionCase[] {
  const { levels, num_scales: scales, anchor_size: size, input_size } = file.cases[name]!;
  return levels.map((level): DetectionCase => {
    const [height = 0, width = 0] = input_size.map((side) => side / 2 ** level);
    const map = { dims: [1, height, width, 1], data: new Array<number>(height * width).fill(0) };
    const stored = file.tensor(`${name}/anchors_${level}`);
    const params = { stride: 2 ** level, size, scales };
    const answers = [{ dims: [1, ...stored.dims], data: stored.data }];
    return { name: `anchors ${name} ${level}`, op: "anchors", params, inputs: [map], answers };
  });
}

function coding(file: Fixture<Limits>): readonly DetectionCase[] {
  const read = (role: string) => file.tensor(`box_coding/${role}`);
  const weighted = { center: 10, extent: 5 };
  const given = [read("boxes"), read("anchors")];
  // Stored for eight times the codes.
  const deltas = times(read("deltas"), () => 8);
  const image = { dims: [40, 2], data: new Array(40).fill(file.cases["clip"]!.image_shape).flat() };
  const clipped = [file.tensor("clip/clipped")];
  return [
    { name: "encode_boxes", op: "encode_boxes", params: {}, inputs: given, answers: [read("codes")] },
    {
      name: "encode_boxes, weighted",
      op: "encode_boxes",
      params: weighted,
      inputs: given,
      answers: [read("codes_weighted")],
    },
    {
      name: "decode_boxes",
      op: "decode_boxes",
      params: {},
      inputs: [read("deltas"), read("anchors")],
      answers: [read("decoded")],
    },
    {
      name: "decode_boxes, weighted",
      op: "decode_boxes",
      params: weighted,
      inputs: [deltas, read("anchors")],
      answers: [read("decoded_weighted")],
    },
    { name: "clip_boxes", op: "clip_boxes", params: {}, inputs: [file.tensor("clip/boxes"), image], answers: clipped },
  ];
}

function proposals(file: Fixture<Limits>, name: string): DetectionCase {
  const limits = file.cases[name]!;
  const read = (role: string) => file.tensor(`proposals_train/${role}`);
  const counts = limits.training
    ? { pre: limits.pre_nms_top_k, post: limits.num_proposals }
    : { pre: limits.test_pre_nms_top_k, post: limits.test_num_proposals };
  const levels = [2, 3, 4, 5, 6].flatMap((level) => [read(`scores_${level}`), read(`box_codes_${level}`)]);
  return {
    name: `rpn_decode ${name}`,
    op: "rpn_decode",
    params: { ...counts, iou: limits.nms_iou_threshold },
    inputs: [...levels, read("image_shape")],
    answers: [file.tensor(`${name}/rois`), file.tensor(`${name}/roi_scores`)],
  };
}

function detections(file: Fixture<Limits>, name: string): DetectionCase {
  const limits = file.cases[name]!;
  const read = (role: string) => file.tensor(`detections/${role}`);
  const codes = read("box_codes");
  const all = (codes.dims[2] ?? 0) / 4;
  // The class 0 is the background, whose boxes are never read.
  const named = {
    dims: [...codes.dims.slice(0, 2), 4 * (all - 1)],
    data: codes.data.filter((_, at) => at % (4 * all) >= 4),
  };
  return {
    name: `box_decode ${name}`,
    op: "box_decode",
    params: {
      max: limits.max_num_detections,
      pre: limits.pre_nms_top_k,
      iou: limits.nms_iou_threshold,
      above: limits.pre_nms_score_threshold,
    },
    inputs: [read("class_logits"), named, read("rois"), read("image_shape")],
    answers: ["boxes", "scores", "classes"].map((role) => file.tensor(`${name}/detection_${role}`)),
  };
}

export function detectionCases(): readonly DetectionCase[] {
  const centers = fixture<{ readonly k: number }>("centernet_decode.safetensors");
  const file = fixture<Limits>("proposals.safetensors");
  return [
    ...Object.keys(centers.cases).flatMap((name) => centerNet(centers, name)),
    ...["anchors_fpn", "anchors_spinenet"].flatMap((name) => anchors(file, name)),
    ...coding(file),
    ...["proposals_train", "proposals_test"].map((name) => proposals(file, name)),
    ...["detections", "detections_spare", "detections_batched"].map((name) => detections(file, name)),
  ];
}

export interface DetectionTrial {
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, NDArray>;
  /** By the name of the output. */
  readonly answers: ReadonlyMap<string, NDArray>;
}

/** The use as a graph whose batch is free. */
export function detectionTrial({ op, inputs, params, sigmoid = false, answers }: DetectionCase): DetectionTrial {
  const b = new GraphBuilder();
  const values = inputs.map(({ dims }, i) => b.input(`x${i}`, ["N", ...dims.slice(1)]));
  const [first, ...more] = values;
  if (!first) throw new Error(`${op} has no inputs`);
  const read = sigmoid ? b.apply("sigmoid", [first]) : first;
  b.applyAll(op, [read, ...more], params).forEach((result, i) => {
    b.output(`y${i}`, result);
  });
  const arrays = (prefix: string, all: readonly Stored[]) =>
    new Map(all.map(({ dims, data }, i) => [`${prefix}${i}`, { dims, data: Float64Array.from(data) }]));
  return { graph: b.graph(), feeds: arrays("x", inputs), answers: arrays("y", answers) };
}
