dm 1
use "../backbones/unet.dm" { UNet }
use "../heads/hourglass.dm" { HG, HG20NoLRS, HG20NoED }
use "../heads/resnet.dm" { ResNet }

## The networks of the study in docs/study.md: a small backbone, and the mask heads of the paper at an eighth of their width.

## Sees the whole of an image of 64×64.
model Backbone = UNet at (H = 64, W = 64)

## What a head sees: a crop of the embedding with two coordinates in front.
const crop = 32
const channels = 18

model SmallHG10  = HG[10] with { nc = 8 } at (S = crop, C = channels)
model SmallHG20  = HG[20] with { nc = 8 } at (S = crop, C = channels)
model SmallNoLRS = HG20NoLRS with { nc = 8 } at (S = crop, C = channels)
model SmallNoED  = HG20NoED with { nc = 8 } at (S = crop, C = channels)
model SmallRN4   = ResNet[4] with { nc = 8 } at (S = crop, C = channels)
model SmallRN20  = ResNet[20] with { nc = 8 } at (S = crop, C = channels)

test "sizes" {
  expect Backbone.params == 164864
  expect SmallHG20.params == 88257
  expect SmallHG10.params == 26321
  expect SmallNoLRS.params == 74241
  expect SmallNoED.params == 87969
  expect SmallRN4.params == 8553
  expect SmallRN20.params == 56473
  expect (SmallRN4 at (N = 1)).macs ~= 8.55M
  expect (SmallRN20 at (N = 1)).macs ~= 56.7M
  expect (SmallHG20 at (N = 1)).macs ~= 20.5M
}
