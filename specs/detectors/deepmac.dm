dm 1
use "../heads/hourglass.dm" { HG }
use "../heads/resnet.dm" { ResNet }
use "../heads/fc.dm" { FC2 }
use "../backbones/hourglass.dm" { Hourglass104, Heads }

## Deep-MAC: CenterNet with a per-box mask head (Section 3 of the paper).
## Samples of the crop stand on its corners. The coordinate grid goes in front of the channels of
## the crop (y, then x) and the instance vector comes last, so a released checkpoint finds its order.
@paper("arXiv:2104.00613", section = 3)
@image(resize = fit(side), kernel = asymmetric, pad = bottom_right, before = normalize, order = bgr,
       mean = [104.01362025, 114.03422265, 119.9165958], std = [73.6027665, 69.89082075, 70.9150767])
@masks(boxes = normalized, values = probabilities, paste = corners)
model DeepMAC(classes: int = 90, mask: int = 32, pixel: int = 16, instance: int = 32,
              use_coords: bool = true, use_instance: bool = true, head: Block = HG[100], side: int = 1024)
{
  input image:    f32[N, H, W, 3]
  input gt_boxes: f32[N, K, 4] in train

  let (first, last) = image -> Hourglass104
  let h   = last -> Heads(classes, pixel, instance)
  let det = (h.heat -> sigmoid, h.size, h.offset) -> centernet_decode(k = 100)

  # The training rule the paper is about: crop true boxes in training, predicted ones later.
  let rois  = match phase { train => gt_boxes, infer => det.boxes }

  let crop   = (h.pixel, rois) -> crop_and_resize(size = mask)
  let placed = if use_coords then crop -> append_coords else crop
  let who    = (h.instance, rois) -> gather_centers -> tile_to(mask, mask)
  let seen   = if use_instance then (placed, who) -> concat else placed

  output masks: [.., mask, mask, 1] = seen -> head as mask_head -> sigmoid
  output boxes  = det.boxes in infer
  output scores = det.scores in infer
  output heat   = h.heat in train
  output size   = h.size in train
  output offset = h.offset in train
  output aux    = first -> Heads(classes, pixel, instance) in train

  part features on image -> (h.pixel, h.instance, det.boxes, det.scores, det.classes)
  part masks    on (h.pixel, h.instance, rois: f32[N, K, 4]) -> masks
}

## The model for inputs of 512: the smaller head of the released configurations.
model DeepMAC512 = DeepMAC with { head = HG[52], side = 512 }

test "Deep-MAC" {
  expect (DeepMAC at (H = 512, W = 512, K = 7)).params == 240895261
  expect (DeepMAC512 at (H = 512, W = 512, K = 7)).params == 217128733
  expect ((DeepMAC with { head = ResNet[4] }) at (H = 512, W = 512, K = 7)).params == 194203357
  expect (DeepMAC at (H = 512, W = 512, K = 7)).buffers == 172928
  expect (DeepMAC at (H = 512, W = 512, K = 7)).seen.shape == "[N, 7, 32, 32, 50]"
  expect (DeepMAC at (H = 512, W = 512, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  expect ((DeepMAC with { use_coords = false, use_instance = false }) at (H = 512, W = 512, K = 7)).seen.shape == "[N, 7, 32, 32, 16]"
  for head in [ResNet[4], ResNet[20], HG[10], HG[20], HG[52], HG[100], FC2] {
    expect ((DeepMAC with { head = head }) at (H = 512, W = 512, K = 7)).masks.shape == "[N, 7, 32, 32, 1]"
  }
  expect ((DeepMAC with { mask = 24, head = HG[52] }) at (H = 512, W = 512, K = 7)).params fails DM4101
}
