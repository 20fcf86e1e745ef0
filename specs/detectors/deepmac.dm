dm 1
use "../heads/hourglass.dm" { HG }
use "../heads/resnet.dm" { ResNet }
use "../heads/fc.dm" { FC2 }
use "../backbones/hourglass.dm" { Hourglass104, Hourglass52, Hourglass52Wide, Embeddings, Heads }
use "../backbones/resnet.dm" { CenterNetFPN }

## The mask of every box, as logits: its part of the map of pixels, told where each pixel is (y, then x, in front) and
## whom it is about (the vector at the centre of the box, last). A released checkpoint finds its order.
block MaskBranch(size: int, use_coords: bool, use_instance: bool, head: Block)
  on (pixel: [N, H, W, P], instance: [N, H, W, Q], boxes: [N, K, 4])
{
  let crop   = (pixel, boxes) -> crop_and_resize(size)
  let placed = if use_coords then crop -> append_coords else crop
  let who    = (instance, boxes) -> gather_centers -> tile_to(size, size)
  let seen   = if use_instance then (placed, who) -> concat else placed
  return { logits: seen -> head as mask_head, crops: placed, seen }
}

## Deep-MAC: CenterNet with a mask branch (Section 3 of the paper). Boxes are [ymin, xmin, ymax, xmax], from 0 to 1
## over the input. The backbone answers its stages: training supervises all of them, masks come from the last.
@paper("arXiv:2104.00613", section = 3)
@image(resize = fit(side), kernel = asymmetric, pad = bottom_right, before = normalize, order = bgr, mean = mean, std = std)
@masks(boxes = normalized, values = probabilities, paste = corners, first = 1)
model DeepMAC(backbone: Block = Hourglass104, head: Block = HG[100], classes: int = 90, pixel: int = 16,
              instance: int = 32, hidden: int = 256, mask: int = 32, use_coords: bool = true, use_instance: bool = true,
              detections: int = 100, side: int = 1024, mean: float[] = [104.01362025, 114.03422265, 119.9165958],
              std: float[] = [73.6027665, 69.89082075, 70.9150767])
{
  input image:    f32[N, H, W, 3]
  input gt_boxes: f32[N, K, 4] in train

  let stages = image -> backbone as net
  let heads  = each f in stages { f -> Heads(classes, pixel, instance, hidden) }
  let h      = heads[-1]
  let det    = (h.heat -> sigmoid, h.size, h.offset) -> centernet_decode(k = detections)

  # The training rule the paper is about: crop true boxes in training, predicted ones later.
  let rois = match phase { train => gt_boxes, infer => det.boxes }
  let { logits, crops, seen } = (h.pixel, h.instance, rois) -> MaskBranch(mask, use_coords, use_instance, head)

  output masks: [.., mask, mask, 1] = logits -> sigmoid
  output boxes   = det.boxes in infer
  output scores  = det.scores in infer
  output labels  = det.classes in infer
  output stage   = heads in train

  part features on image -> (h.pixel, h.instance, boxes, scores, labels)
  part masks    on (h.pixel, h.instance, rois: f32[N, K, 4]) -> masks
}

## The model for inputs of 512: the smaller head of the released configurations.
model DeepMAC512 = DeepMAC with { head = HG[52], side = 512 }

## With the ResNets of CenterNet, which have one stage, and see colours as Caffe did.
model DeepMACResNet50  = DeepMAC512 with { backbone = CenterNetFPN[50], mean = caffe, std = [1, 1, 1] }
model DeepMACResNet101 = DeepMAC512 with { backbone = CenterNetFPN[101], mean = caffe, std = [1, 1, 1] }
const caffe = [103.939, 116.779, 123.68]

## No detector, as for Table 4: boxes come from whoever asks, in training and later.
@paper("arXiv:2104.00613", table = 4)
@image(resize = fit(side), kernel = asymmetric, pad = bottom_right, before = normalize, order = bgr, mean = mean, std = std)
@masks(boxes = normalized, values = probabilities, paste = corners, first = 1)
model DetectionFree(backbone: Block = Hourglass104, head: Block = HG[52], pixel: int = 16, instance: int = 32,
                    hidden: int = 256, mask: int = 32, use_coords: bool = true, use_instance: bool = true, side: int = 512,
                    mean: float[] = [104.01362025, 114.03422265, 119.9165958],
                    std: float[] = [73.6027665, 69.89082075, 70.9150767])
{
  input image: f32[N, H, W, 3]
  input boxes: f32[N, K, 4]

  let stages = image -> backbone as net
  let heads  = each f in stages { f -> Embeddings(pixel, instance, hidden) }
  let h      = heads[-1]
  let { logits } = (h.pixel, h.instance, boxes) -> MaskBranch(mask, use_coords, use_instance, head)

  output masks: [.., mask, mask, 1] = logits -> sigmoid
  output stage = heads in train

  part features on image -> (h.pixel, h.instance)
  part masks    on (h.pixel, h.instance, boxes) -> masks
}

test "Deep-MAC" {
  let full = DeepMAC at (H = 512, W = 512, K = 7)
  expect full.params == 240895261
  expect full.buffers == 172928
  expect full.seen.shape == "[N, 7, 32, 32, 50]"
  expect full.masks.shape == "[N, 7, 32, 32, 1]"
  expect full.heads.depth == 106
  expect (DeepMAC512 at (H = 512, W = 512, K = 7)).params == 217128733
  expect ((DeepMAC with { head = ResNet[4] }) at (H = 512, W = 512, K = 7)).params == 194203357
  expect DeepMAC.requires == "H % 128 in {0, 125, 126, 127}, W % 128 in {0, 125, 126, 127}"
  expect ((DeepMAC with { use_coords = false, use_instance = false }) at (H = 512, W = 512, K = 7)).seen.shape == "[N, 7, 32, 32, 16]"
  for head in [ResNet[4], ResNet[20], HG[10], HG[20], HG[52], HG[100], FC2] {
    expect ((DeepMAC with { head = head }) at (H = 512, W = 512, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  }
  expect ((DeepMAC with { mask = 24, head = HG[52] }) at (H = 512, W = 512, K = 7)).params fails DM4101
}

test "backbones" {
  expect ((DeepMAC512 with { backbone = Hourglass52 }) at (H = 512, W = 512, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  expect (DeepMACResNet50 at (H = 512, W = 512, K = 7)).params == 24809920 + 5 * (9 * 64 * 256 + 256) + 257 * (90 + 2 + 2 + 16 + 32) + 23454593
  expect (DeepMACResNet101 at (H = 512, W = 512, K = 7)).heads.shape == "[N, 128, 128, 90]"
}

test "Deep-MAC without its detector" {
  let free = DetectionFree at (H = 512, W = 512, K = 7)
  expect free.params == 187700352 + 23454593 + 2 * (594192 + 598304)
  expect free.masks.shape == "[N, 7, 32, 32, 1]"
}
