dm 1
use "../backbones/resnet.dm" { ResNetFPN }
use "../heads/maskrcnn.dm" { MaskRCNN }

## The crops of torchvision: each cell is the mean of 2×2 samples.
fn sampled(levels, boxes, size: int) = (levels, boxes) -> multilevel_crop(2 * size) -> avg_pool(2)

block Rpn(look: Block, score: Block, place: Block) on p: [.., H, W, C]
{
  let seen = p -> look -> relu
  return (seen -> score, seen -> place)
}

## Two dense layers, where the Model Garden has four convolutions and one.
block BoxHead(classes: int, hidden: int) on x: [.., S, S, C]
{
  let seen = x -> flatten -> dense(hidden) as first -> relu -> dense(hidden) as second -> relu
  let cls  = seen -> dense(classes)
  let reg  = seen -> dense(4 * classes)
  return { cls, reg }
}

## Mask R-CNN with the layers and the crops of torchvision's maskrcnn_resnet50_fpn, one mask for each class and no norm
## in any head. Its published weights keep the norms of ImageNet, frozen (`style`). Anchors and suppression are those of
## the Model Garden, which stand half a cell and an overlap of exactly the threshold apart.
@paper("arXiv:1703.06870")
@image(resize = fit(800, 1344), pad = bottom_right, before = pad, range = 1,
       mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225])
@masks(boxes = pixels, values = logits, paste = framed)
model TorchvisionMaskRCNN(backbone: Block = ResNetFPN[50], style: str = "torchvision frozen", classes: int = 91,
                          width: int = 256, hidden: int = 1024, proposals: int = 1000, detections: int = 100)
{
  input image:    f32[N, H, W, 3]
  input gt_boxes: f32[N, K, 4] in train

  let pyramid = image -> (backbone with { style = style }) as net
  share look  = conv(width)
  share score = conv(3, k = 1)
  share place = conv(12, k = 1)
  let regions = each p in pyramid { p -> Rpn(look, score, place) }
  let props   = regions -> rpn_decode(proposals)

  # The coarsest level is for proposals alone.
  let levels = pyramid[..4]
  let box    = sampled(levels, props.boxes, 7) -> BoxHead(classes, hidden)
  let det    = (box.cls, box.reg -> slice(from = 4), props.boxes, image) -> box_decode(detections)
  let rois   = match phase { train => gt_boxes, infer => det.boxes }

  output masks: [.., 28, 28, classes] = sampled(levels, rois, 14) -> MaskRCNN(width, classes = classes, norm = id) as mask_head
  output boxes  = det.boxes in infer
  output scores = det.scores in infer
  output labels = det.classes in infer
  output rpn    = regions in train
  output cls    = box.cls in train
  output reg    = box.reg in train

  part features on image -> (levels, boxes, scores, labels)
  part masks    on (levels, rois: f32[N, K, 4]) -> masks
}

test "torchvision" {
  let frozen = TorchvisionMaskRCNN at (H = 800, W = 800, K = 7)
  expect frozen.params == 44401393
  expect frozen.masks.shape == "[N, 7, 28, 28, 91]"
  expect ((TorchvisionMaskRCNN with { style = "torchvision" }) at (H = 800, W = 800, K = 7)).params == 44454513
}
