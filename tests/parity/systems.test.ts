// Whole systems in small widths, end to end: every engine chooses the same boxes, and makes the same masks of them.
import { describe, expect, it } from "vitest";
import { evaluate, freshWeights, optimize } from "../../compiler/index.ts";
import { distance, sample } from "../../compiler/testing.ts";
import { graphOf, type ReleasedModel, smallDeepMac } from "../released.ts";
import { bytesOf, emit, runOnnx } from "./run-onnx.ts";

const marc = (model: string, fields: string, key?: string): ReleasedModel => ({
  spec: "specs/detectors/deepmarc.dm",
  request: { model, with: fields, ...(key !== undefined && { key }) },
});
const heads = "classes = 4, width = 8, hidden = 16, proposals = 50, detections = 10";

const systems: Readonly<Record<string, { readonly model: ReleasedModel; readonly image: readonly number[] }>> = {
  "Deep-MAC": {
    model: {
      ...smallDeepMac,
      request: { ...smallDeepMac.request, with: `${smallDeepMac.request.with}, detections = 10` },
    },
    image: [2, 128, 128, 3],
  },
  "Deep-MAC with a ResNet": {
    model: {
      spec: "specs/detectors/deepmac.dm",
      request: {
        model: "DeepMACResNet50",
        with: "backbone = CenterNetFPN[50] with { c = 4, width = 16 }, head = HG[20] with { nc = 4 }, classes = 3, hidden = 8, detections = 10",
      },
    },
    image: [1, 64, 96, 3],
  },
  "Deep-MARC": {
    model: marc(
      "DeepMARC",
      `backbone = GardenFPN[50] with { c = 4, width = 8 }, head = MarcHG[20] with { nc = 4 }, roi = 16, ${heads}`,
      "50",
    ),
    image: [2, 64, 96, 3],
  },
  "Deep-MARC with SpineNet": {
    model: marc(
      "DeepMARC",
      `backbone = SpineNet["49"] with { stem = 8, scale = 0.125, end = 8 }, head = MarcHG[20] with { nc = 4 }, roi = 16, ${heads}`,
      "SpineNet-49",
    ),
    image: [1, 128, 128, 3],
  },
  "Mask R-CNN, a mask for each class": {
    model: marc(
      "MaskRCNN50PerClass",
      `backbone = GardenFPN[50] with { c = 4, width = 8 }, head = MaskRCNN with { c = 8 }, ${heads}`,
    ),
    image: [1, 64, 64, 3],
  },
  "Mask R-CNN with torchvision's layers": {
    model: {
      spec: "specs/detectors/torchvision.dm",
      request: { model: "TorchvisionMaskRCNN", with: `backbone = ResNetFPN[50] with { c = 4, width = 8 }, ${heads}` },
    },
    image: [1, 64, 64, 3],
  },
};

describe.each(Object.entries(systems))("%s", (_title, { model, image }) => {
  const graph = graphOf(model, "infer");
  const weights = freshWeights(0);
  const feeds = new Map([["image", sample(image)]]);
  const bytes = bytesOf(emit(optimize(graph, { fold: true }), { weights }));

  it("is the same in onnxruntime, native and as WebAssembly", async () => {
    const expected = evaluate(graph, feeds, weights);
    expect([...expected.keys()].sort()).toEqual(["boxes", "labels", "masks", "scores"]);
    for (const backend of ["onnxruntime-node", "onnxruntime-web"] as const) {
      const results = await runOnnx(bytes, graph, feeds, "nhwc", new Map(), backend);
      for (const [name, { data }] of expected)
        expect(distance(results.get(name)?.data ?? [], data), name).toBeLessThan(1e-4);
      expect([...(results.get("labels")?.data ?? [])]).toEqual([...(expected.get("labels")?.data ?? [])]);
    }
  });
});
