import { expect, it } from "vitest";
import type { TensorType } from "../ir/graph.ts";
import { type Dim, multiplyDims, subtractDims, variable } from "../sizes/dim/dim.ts";
import { type OperatorName, operators, type Primitive, type Sizes } from "./index.ts";
import { failureText, openSizes, shapesOf, tensor, type Values } from "./testing.ts";

const [n, s, c] = [variable("N"), variable("S"), variable("C")];
const map = (channels: Dim, size: Dim = 32): TensorType => tensor(n, size, size, channels);
const whole = (dims: readonly Dim[]): TensorType => ({ dtype: "i32", dims });
const primitive = (name: OperatorName): Primitive => operators[name] as Primitive;

const wrong: readonly [OperatorName, readonly TensorType[], Values, string][] = [
  [
    "add",
    [map(8), map(16)],
    {},
    "DM4201: cannot add [N, 32, 32, 8] and [N, 32, 32, 16]: channels differ (8 and 16)\nhelp: project one side first: `-> conv(16, k = 1, bias = false) -> bn`",
  ],
  ["add", [map(8), map(8, 16)], {}, "DM4201: cannot add [N, 32, 32, 8] and [N, 16, 16, 8]: heights differ (32 and 16)"],
  [
    "add",
    [map(8), map(8, 30)],
    {},
    "DM4201: cannot add [N, 32, 32, 8] and [N, 30, 30, 8]: heights differ (32 and 30)\nhelp: use `pad = half`",
  ],
  [
    "add",
    [map(8), map(8), tensor(n, 8)],
    {},
    [
      "DM4201/join: add needs equal shapes, got [N, 32, 32, 8] and [N, 8]: ranks differ (4 and 2)",
      "help: nothing is broadcast; `tile_to(32, 32)` repeats a vector over the map",
    ].join("\n"),
  ],
  [
    "mul",
    [tensor(n, 8), tensor(n, 9)],
    {},
    "DM4201/join: mul needs equal shapes, got [N, 8] and [N, 9]: channels differ (8 and 9)\nhelp: project one side first: `-> dense(9)`",
  ],
  [
    "sub",
    [map(8), map(8, 1)],
    {},
    "DM4201/join: sub needs equal shapes, got [N, 32, 32, 8] and [N, 1, 1, 8]: heights differ (32 and 1)",
  ],
  ["add", [map(8), whole([n, 32, 32, 8])], {}, "DM4209: cannot add f32 and i32"],
  [
    "concat",
    [map(8), map(8, 16)],
    {},
    "DM4202: concat joins channels, but the other axes differ: [N, 32, 32, 8] and [N, 16, 16, 8]",
  ],
  ["conv", [tensor(n, 64)], { c: 8 }, "DM4203: conv wants a feature map [N, H, W, C], got [N, 64]"],
  ["relu", [whole([n, 64])], {}, "DM4203: relu wants an f32 tensor, got i32[N, 64]\nhelp: `-> cast(f32)`"],
  ["conv", [map(8)], { c: 9, groups: 3 }, "DM4204: conv: 8 input channels do not split into 3 groups"],
  ["conv", [map(9)], { c: 8, groups: 3 }, "DM4204: conv: 8 output channels do not split into 3 groups"],
  [
    "conv",
    [map(c)],
    { c: multiplyDims(c, 65), groups: c },
    "DM4204: conv: 65·C output channels do not split into C groups",
  ],
  [
    "conv",
    [map(8, 4)],
    { c: 8, k: [7, 7], pad: "valid" },
    "DM4205: conv with kernel 7×7 does not fit: output height would be -2\nhelp: `pad = half` keeps the size",
  ],
  ["max_pool", [tensor(n, 4, 1, 8)], {}, "DM4205: max_pool with kernel 2×2 does not fit: output width would be 0"],
  ["deconv", [map(8, 1)], { c: 8, pad: 1 }, "DM4205/size: deconv leaves nothing: output height would be 0"],
  ["slice", [map(8)], { from: 3, to: 3 }, "DM4205/size: slice leaves nothing: output channels would be 0"],
  ["slice", [map(8)], { to: 9 }, "DM4203: slice wants at least 9 on axis -1, got [N, 32, 32, 8]"],
  ["param", [map(8)], { sizes: [1, 1, 1, 1, 8] }, "DM4211: a weight has at most 4 axes, and this one 5"],
  ["param", [tensor(8)], { sizes: [8] }, "DM4203: param wants at least a batch axis and one more, got [8]"],
  ["split", [map(8)], { n: 3 }, "DM4203: split wants channels that 3 divides, got [N, 32, 32, 8]"],
  ["split", [map(8)], { n: 3, axis: 2 }, "DM4203: split wants a size on width that 3 divides, got [N, 32, 32, 8]"],
  [
    "slice",
    [map(8)],
    { axis: 0 },
    "DM4203: slice wants an axis from 1 to 3 (or from -3 to -1), not 0, got [N, 32, 32, 8]",
  ],
  [
    "reshape",
    [tensor(n, 8192)],
    { sizes: [32, 32, 4] },
    "DM4206: cannot reshape 8192 values into [32, 32, 4], which holds 4096",
  ],
  [
    "reshape",
    [tensor(n, s, s, 8)],
    { sizes: [multiplyDims(n, s), s, 8] },
    "DM4210: this reshape would mix the batch axis N with N·S",
  ],
  [
    "reshape",
    [tensor(n, 4, 4, 2, 3)],
    { sizes: [4, 4, 5] },
    "DM4206: cannot reshape 24 values into [4, 4, 5], which holds 80",
  ],
  [
    "transpose",
    [map(8)],
    { axes: [2, 2, 3] },
    "DM4203: transpose wants each of the axes 1, 2, 3 once, not (2, 2, 3), got [N, 32, 32, 8]",
  ],
  [
    "crop_and_resize",
    [tensor(n, 64), tensor(n, 5, 4)],
    { size: [7, 7] },
    "DM4203: crop_and_resize wants a feature map [N, H, W, C], got [N, 64]",
  ],
  [
    "crop_and_resize",
    [map(8), tensor(n, 5, 6)],
    { size: [7, 7] },
    "DM4203: crop_and_resize wants boxes [N, K, 4], got [N, 5, 6]",
  ],
  [
    "rpn_decode",
    [map(3)],
    {},
    "DM3112: rpn_decode takes pairs of inputs: scores and boxes of each level (in this order), but one flows in",
  ],
  [
    "rpn_decode",
    [map(3), map(13)],
    {},
    "DM4203: rpn_decode wants boxes [N, 32, 32, 12] beside its scores, got [N, 32, 32, 13]",
  ],
  [
    "rpn_decode",
    [map(3), map(12)],
    { scales: 3 },
    "DM4203: rpn_decode wants scores of 9 anchors for the batch N, got [N, 32, 32, 3]",
  ],
  [
    "rpn_decode",
    [map(3), map(12), tensor(n, 3)],
    {},
    "DM4203: rpn_decode wants the heights and widths of images [N, 2], or the images, got [N, 3]",
  ],
  ["top_k", [tensor(n, 4, 4, 2)], { k: 33 }, "DM4203: top_k wants at least 33 values a sample, got [N, 4, 4, 2]"],
  ["nms", [tensor(n, 9, 4), tensor(n, 8)], {}, "DM4203: nms wants scores [N, 9], got [N, 8]"],
  ["decode_boxes", [map(12), map(8)], {}, "DM4203: decode_boxes wants anchors [N, 32, 32, 12], got [N, 32, 32, 8]"],
  ["encode_boxes", [map(6), map(6)], {}, "DM4203: encode_boxes wants boxes [.., 4·A], got [N, 32, 32, 6]"],
  [
    "clip_boxes",
    [tensor(n, 9, 4), tensor(n, 3)],
    {},
    "DM4203: clip_boxes wants the heights and widths of images [N, 2], or the images, got [N, 3]",
  ],
  ["heatmap_peaks", [tensor(n, 8)], {}, "DM4203: heatmap_peaks wants a feature map [N, H, W, C], got [N, 8]"],
  ["anchors", [tensor(n, 8)], { stride: 4 }, "DM4203: anchors wants a feature map [N, H, W, C], got [N, 8]"],
  [
    "centernet_decode",
    [map(1, 4), map(2, 4), map(2, 4)],
    { k: 17 },
    "DM4203: centernet_decode wants at least 17 values a heat map, got [N, 4, 4, 1]",
  ],
  [
    "box_decode",
    [tensor(n, 9, 1), tensor(n, 9, 4), tensor(n, 9, 4)],
    {},
    "DM4203: box_decode wants class scores of the background and at least one class, got [N, 9, 1]",
  ],
  [
    "centernet_decode",
    [map(3), map(2), map(3)],
    { k: 5 },
    "DM4203: centernet_decode wants offsets [N, 32, 32, 2], got [N, 32, 32, 3]",
  ],
  [
    "box_decode",
    [tensor(n, 9, 4), tensor(n, 9, 12), tensor(n, 8, 4)],
    {},
    "DM4203: box_decode wants as many boxes as class scores (9), got [N, 8, 4]",
  ],
];

it.each(wrong)("%s %#", (name, inputs, given, text) => {
  expect(failureText(primitive(name), inputs, given)).toBe(text);
});

const right: readonly [OperatorName, readonly TensorType[], Values, string][] = [
  ["conv", [map(c)], { c, groups: c }, "[N, 32, 32, C]"],
  ["conv", [map(c)], { c: multiplyDims(c, 2), groups: c }, "[N, 32, 32, 2·C]"],
  ["flatten", [tensor(n, 1000, 7, 7, 256)], {}, "[N, 1000, 12544]"],
  ["flatten", [tensor(n, 5, 8)], {}, "[N, 40]"],
  ["flatten", [map(8, s)], {}, "[N, 8·S^2]"],
  ["reshape", [tensor(n, 4096)], { sizes: [32, 32, 4] }, "[N, 32, 32, 4]"],
  ["reshape", [tensor(n, 7, 4096)], { sizes: [32, 32, 4] }, "[N, 7, 32, 32, 4]"],
  ["reshape", [map(4, s)], { sizes: [multiplyDims(s, s), 4] }, "[N, S^2, 4]"],
  ["mul", [map(8, s), map(8, 1)], {}, "[N, S, S, 8]"],
  ["upsample", [map(8, s)], {}, "[N, 2·S, 2·S, 8]"],
  ["append_coords", [map(c)], {}, "[N, 32, 32, C + 2]"],
  ["tile_to", [tensor(n, 7, 32)], { h: 32, w: s }, "[N, 7, 32, S, 32]"],
  ["crop_and_resize", [map(16, s), tensor(n, 7, 4)], { size: [32, 32] }, "[N, 7, 32, 32, 16]"],
  ["multilevel_crop", [map(8), map(8, 16), tensor(n, 1000, 4)], { size: [7, 7] }, "[N, 1000, 7, 7, 8]"],
  ["rpn_decode", [map(3), map(12), map(3, 16), map(12, 16)], {}, "[N, 1000, 4] [N, 1000]"],
  [
    "box_decode",
    [tensor(n, 1000, 81), tensor(n, 1000, 320), tensor(n, 1000, 4)],
    {},
    "[N, 100, 4] [N, 100] i32[N, 100]",
  ],
  ["centernet_decode", [map(90), map(2), map(2)], { k: 100 }, "[N, 100, 4] [N, 100] i32[N, 100]"],
  ["top_k", [map(8, s)], { k: 5 }, "[N, 5] i32[N, 5]"],
  ["top_k", [tensor(n, 3, 7)], { k: 5 }, "[N, 3, 5] i32[N, 3, 5]"],
  ["anchors", [map(c, s)], { stride: 4, scales: 3 }, "[N, S, S, 36]"],
  ["decode_boxes", [map(12, s), map(12, s)], {}, "[N, S, S, 12]"],
  ["clip_boxes", [tensor(n, 9, 4), tensor(n, 2)], {}, "[N, 9, 4]"],
  ["clip_boxes", [map(12, s), map(3, s)], {}, "[N, S, S, 12]"],
  ["nms", [tensor(n, c, 4), tensor(n, c)], { max: 7 }, "[N, 7, 4] [N, 7] i32[N, 7]"],
  ["rpn_decode", [map(9, s), map(36, s), map(3)], { scales: 3, post: 7 }, "[N, 7, 4] [N, 7]"],
];

it.each(right)("%s keeps its promise %#", (name, inputs, given, text) => {
  const shown = shapesOf(primitive(name), inputs, given).map(openSizes.showType);
  expect(shown.join(" ")).toBe(text);
});

it("says that a branch without padding lost its border, also where the size is free", () => {
  const known: Sizes = { ...openSizes, equal: (a, b) => subtractDims(a, b) === 0 };
  const cut = subtractDims(s, 2);
  const result = operators.add.shape([map(8, s), map(8, cut)], {}, known);
  expect(result).toMatchObject({
    slots: { left: "[N, S, S, 8]", right: "[N, S - 2, S - 2, 8]", difference: "heights differ (S and S - 2)" },
    help: ["use `pad = half`"],
  });
});
