dm 1
use "../backbones/resnet.dm" { GardenFPN }
use "../backbones/spinenet.dm" { SpineNet }
use "../heads/maskrcnn.dm" { MarcHG, MarcResNet, MaskRCNN }

## The released configurations. Levels begin at stride 2^`finest`; a cell has three shapes of anchors in each of
## `scales` sizes, of `size` cells and more. The norm is that of everything but the hourglass.
table Released {
  | name           | backbone        | norm                          | finest | size | scales | pre  |
  | 50             | GardenFPN[50]   | bn(eps = 1e-4, decay = 0.997) | 2      | 8    | 1      | 5000 |
  | 101            | GardenFPN[101]  | bn(eps = 1e-4, decay = 0.997) | 2      | 8    | 1      | 5000 |
  | "SpineNet-49"  | SpineNet["49"]  | bn(eps = 1e-3, decay = 0.99)  | 3      | 4    | 3      | 1000 |
  | "SpineNet-96"  | SpineNet["96"]  | bn(eps = 1e-3, decay = 0.99)  | 3      | 4    | 3      | 1000 |
  | "SpineNet-143" | SpineNet["143"] | bn(eps = 1e-3, decay = 0.99)  | 3      | 4    | 3      | 1000 |
}

## Region proposals of one level. The convolutions are shared by all levels, the norm is not.
block Rpn(look: Block, score: Block, place: Block, norm: Block) on p: [.., H, W, C]
{
  let seen = p -> look -> norm -> relu
  return (seen -> score, seen -> place)
}

## Classes and boxes of a crop. Class 0 is the background; its boxes are predicted and never read.
block BoxHead(classes: int, width: int, hidden: int, norm: Block) on x: [.., S, S, C]
{
  let seen = x -> chain i in 0..4 { conv(width) -> norm -> relu }
  let flat = seen -> flatten -> dense(hidden) -> norm -> relu
  let cls  = flat -> dense(classes)
  let reg  = flat -> dense(4 * classes)
  return { cls, reg }
}

## Deep-MARC: Mask R-CNN with a deep mask head, one mask for all classes, trained on true boxes (Section 5 of the
## paper). `crop = "all"` adds the proposals to them, as Mask R-CNN is trained (Table 1). Boxes are in pixels of the
## input; a crop is sampled in the middle of each cell, on the level that fits the box.
@paper("arXiv:2104.00613", section = 5)
@image(resize = fit(1024), pad = bottom_right, before = pad, range = 1,
       mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225])
@masks(boxes = pixels, values = logits, paste = framed)
model DeepMARC[r in Released](backbone: Block = r.backbone, head: Block = MarcHG[52], roi: int = 32, classes: int = 91,
                              agnostic: bool = true, crop: str = "gt", width: int = 256, hidden: int = 1024,
                              proposals: int = 1000, detections: int = 100)
{
  input image:    f32[N, H, W, 3]
  input gt_boxes: f32[N, K, 4] in train
  require crop == "gt" or crop == "all", "masks are trained on true boxes, or on all"

  let pyramid = image -> backbone as net
  share look  = conv(width)
  share score = conv(3 * r.scales, k = 1)
  share place = conv(12 * r.scales, k = 1)
  let regions = each p in pyramid { p -> Rpn(look, score, place, r.norm) }
  let props   = regions -> rpn_decode(proposals, stride = 2 ^ r.finest, size = r.size, scales = r.scales)
  let box     = (pyramid, props.boxes) -> multilevel_crop(7, finest = r.finest) -> BoxHead(classes, width, hidden, r.norm)
  let det     = (box.cls, box.reg -> slice(from = 4), props.boxes, image) -> box_decode(detections, pre = r.pre)

  let rois = match phase {
    train => if crop == "gt" then gt_boxes else joined(gt_boxes, props.boxes),
    infer => det.boxes,
  }
  let feat   = (pyramid, rois) -> multilevel_crop(roi, finest = r.finest)
  let logits = feat -> (head with { norm = r.norm, classes = if agnostic then 1 else classes }) as mask_head

  output masks: [.., 2 * roi, 2 * roi, if agnostic then 1 else classes] = logits
  output boxes   = det.boxes in infer
  output scores  = det.scores in infer
  output labels  = det.classes in infer
  output rpn     = regions in train
  output cls     = box.cls in train
  output reg     = box.reg in train

  part features on image -> (pyramid, boxes, scores, labels)
  part masks    on (pyramid, rois: f32[N, K, 4]) -> masks
}

## All boxes of two lists.
fn joined(a, b) = (a -> transpose(2, 1), b -> transpose(2, 1)) -> concat -> transpose(2, 1)

## Mask R-CNN as the Model Garden has it, with its default head: one mask for all classes or one for each.
model MaskRCNN50         = DeepMARC[50] with { head = MaskRCNN, roi = 14, crop = "all" }
model MaskRCNN50PerClass = MaskRCNN50 with { agnostic = false }

test "Deep-MARC" {
  let full = DeepMARC[50] at (H = 1024, W = 1024, K = 7)
  expect full.params == 67324567
  expect full.masks.shape == "[N, 7, 64, 64, 1]"
  expect (DeepMARC[101] at (H = 1024, W = 1024, K = 7)).params == 86316695
  expect (DeepMARC["SpineNet-143"] at (H = 1280, W = 1280, K = 7)).params == 100134837
  for name in ["SpineNet-49", "SpineNet-96"] {
    expect (DeepMARC[name] at (H = 640, W = 640, K = 7)).masks.shape == "[N, 7, 64, 64, 1]"
  }
  for head in [MarcHG[20], MarcResNet[4]] {
    expect ((DeepMARC[101] with { head = head, roi = 16 }) at (H = 1024, W = 1024, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  }
  expect ((DeepMARC[50] with { crop = "all" }) at (H = 1024, W = 1024, K = 7)).feat.shape == "[N, 1007, 32, 32, 256]"
  expect (DeepMARC[50] at (H = 1000, W = 1024, K = 7)).masks.shape fails DM4201
}

test "Mask R-CNN" {
  expect (MaskRCNN50 at (H = 1024, W = 1024, K = 7)).params == 46343959
  expect (MaskRCNN50PerClass at (H = 1024, W = 1024, K = 7)).params == 46343959 + 90 * 257
  expect (MaskRCNN50PerClass at (H = 1024, W = 1024, K = 7)).masks.shape == "[N, 1007, 28, 28, 91]"
  expect ((DeepMARC[101] with { head = MaskRCNN, roi = 14 }) at (H = 1024, W = 1024, K = 7)).params == 65336087
}
