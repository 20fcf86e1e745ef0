dm 1
use "../heads/maskrcnn.dm" { MarcHG }

## The norm and padding of the released ResNet-FPN configurations; convolutions that keep a bias
## say so. `pad = same` is TensorFlow's uneven rule: at stride 2 it pads after, not before.
defaults {
  conv(bias = false, pad = same)
  bn(eps = 1e-4, decay = 0.997)
}

table ResNetDepth {
  | depth | n             |
  | 50    | [3, 4, 6, 3]  |
  | 101   | [3, 4, 23, 3] |
}

## Convolution, batch norm, ReLU, with this file's norm and padding.
block Unit(c: int, k: int = 3, stride: int = 1, bias: bool = false)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, k, stride, bias = bias) -> bn -> relu

## A bottleneck that strides in its 3×3. The first one of a layer always projects.
block Bottleneck(c: int, stride: int, project: bool)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), 4 * c]
{
  let body = x -> Unit(c, k = 1) as reduce -> Unit(c, stride = stride) as spatial -> conv(4 * c, k = 1) -> bn
  skip res = if project then x -> conv(4 * c, k = 1, stride = stride) -> bn else x
  return (body + res) -> relu
}

## One resolution of a bottleneck ResNet.
block Layer(c: int, n: int, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), 4 * c]
  = x -> chain i in 0..n { Bottleneck(c, stride = if i == 0 then stride else 1, project = i == 0) }

## ResNet with a feature pyramid. `as` names the tap points; the pyramid joins them again.
## Five levels come out, each with its own batch norm; the coarsest is one more stride-2 step.
block ResNetFPN(n: int[], c: int = 256) on image: [.., H, W, 3]
{
  let top = image -> Unit(64, k = 7, stride = 2) -> max_pool(3, stride = 2, pad = same)
                  -> Layer(64, n[0]) as c2
                  -> Layer(128, n[1], stride = 2) as c3
                  -> Layer(256, n[2], stride = 2) as c4
                  -> Layer(512, n[3], stride = 2) as c5
  let m5 = c5 -> conv(c, k = 1, bias = true)
  let m4 = (c4 -> conv(c, k = 1, bias = true)) + (m5 -> upsample(2))
  let m3 = (c3 -> conv(c, k = 1, bias = true)) + (m4 -> upsample(2))
  let m2 = (c2 -> conv(c, k = 1, bias = true)) + (m3 -> upsample(2))
  let p2 = m2 -> conv(c, bias = true)
  let p3 = m3 -> conv(c, bias = true)
  let p4 = m4 -> conv(c, bias = true)
  let p5 = m5 -> conv(c, bias = true)
  let p6 = p5 -> conv(c, stride = 2, bias = true)
  return each p in [p2, p3, p4, p5, p6] { p -> bn }
}

## Region proposals of one level. The convolutions are shared by all levels, the norm is not.
block Rpn(look: Block, score: Block, place: Block) on p: [.., H, W, C]
{
  let seen = p -> look -> bn -> relu
  return (seen -> score, seen -> place)
}

## Classes and boxes of a crop. Class 0 is the background; its boxes are predicted and never read.
block BoxHead(classes: int) on x: [.., S, S, C]
{
  let seen = x -> chain i in 0..4 { Unit(256, bias = true) }
  let flat = seen -> flatten -> dense(1024) -> bn -> relu
  let cls  = flat -> dense(classes)
  let reg  = flat -> dense(4 * classes)
  return { cls, reg }
}

## Deep-MARC: Mask R-CNN with a deep, class-agnostic mask head trained on true boxes.
## `crop` = "gt" is the paper's rule, "all" is the usual Mask R-CNN rule (Table 1).
## Samples of its crops stand in the middle of each cell, on the level that fits the box.
@paper("arXiv:2104.00613", section = 5)
@image(resize = fit(1024), pad = bottom_right, before = pad, range = 1,
       mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225])
@masks(boxes = pixels, values = logits, paste = framed)
model DeepMARC[r in ResNetDepth](classes: int = 91, crop: str = "gt", roi: int = 16, nc: int = 64, head: int = 20)
{
  input image:    f32[N, H, W, 3]
  input gt_boxes: f32[N, K, 4] in train

  let pyramid = image -> ResNetFPN(r.n)
  share look  = conv(256, bias = true)
  share score = conv(3, k = 1, bias = true)
  share place = conv(12, k = 1, bias = true)
  let props   = (each p in pyramid { p -> Rpn(look, score, place) }) -> rpn_decode(post = 1000)
  let box     = (pyramid, props.boxes) -> multilevel_crop(size = 7) -> BoxHead(classes)
  let det     = (box.cls, box.reg -> slice(from = 4), props.boxes) -> box_decode(max = 100)
  let rois    = match phase {
    train => if crop == "gt" then gt_boxes else props.boxes,
    infer => det.boxes,
  }
  let feat    = (pyramid, rois) -> multilevel_crop(size = roi) as mask_crop
  output masks: [.., 2 * roi, 2 * roi, 1] = feat -> (MarcHG[head] with { nc = nc }) as mask_head
  output boxes = det.boxes in infer
  output cls   = box.cls in train
  output reg   = box.reg in train
}

test "Deep-MARC" {
  expect (DeepMARC[101] at (H = 1024, W = 1024, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  expect ((DeepMARC[101] with { head = 52, roi = 32 }) at (H = 1024, W = 1024, K = 7)).masks.shape == "[N, 7, 64, 64, 1]"
  expect ((DeepMARC[50] with { crop = "all" }) at (H = 1024, W = 1024, K = 7)).feat.shape == "[N, 1000, 16, 16, 256]"
  expect (DeepMARC[50] at (H = 1000, W = 1024, K = 7)).masks.shape fails DM4201
  expect ((DeepMARC[50] with { head = 52, roi = 32 }) at (H = 1024, W = 1024, K = 7)).params == 67324567
  expect ((DeepMARC[101] with { head = 52, roi = 32 }) at (H = 1024, W = 1024, K = 7)).params == 86316695
}
