dm 1
use "./backbones/unet.dm" { UNet }
use "./heads/hourglass.dm" { HG }

## The small model in the box: masks for boxes, of things of any kind. models/demo/README.md says how good it is.
@image(resize = fit(side), pad = bottom_right, before = pad, mean = [127.5, 127.5, 127.5], std = [127.5, 127.5, 127.5])
@masks(boxes = normalized, values = probabilities, paste = corners)
model Demo(c: int[] = [16, 32, 48, 64, 64], channels: int = 16, crop: int = 32, nc: int = 8, side: int = 128)
{
  input image: f32[N, H, W, 3]
  input boxes: f32[N, K, 4]

  let pixel = image -> UNet(c, channels) as features
  let seen  = (pixel, boxes) -> crop_and_resize(size = crop) -> append_coords
  output masks: [N, K, crop, crop, 1] = seen -> HG[20](nc) as head -> sigmoid

  part features on image -> pixel
  part masks    on (pixel, boxes) -> masks
}

## Its two halves, as they are trained.
model DemoFeatures = UNet with { c = [16, 32, 48, 64, 64], channels = 16 }
model DemoHead     = HG[20] with { nc = 8 } at (S = 32, C = 18)

test "demo" {
  expect (Demo at (H = 128, W = 128)).params == 364097
  expect DemoFeatures.params + DemoHead.params == 364097
  expect Demo.requires == "H % 32 in {0, 31}, W % 32 in {0, 31}"
}
