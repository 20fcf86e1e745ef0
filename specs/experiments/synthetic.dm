dm 1
use "../blocks.dm" { Unit }
use "../heads/hourglass.dm" { HG, HG20NoLRS, HG20NoED }
use "../heads/resnet.dm" { ResNet }

## The models of the study in docs/study.md: a small backbone, and the mask heads of the paper at an eighth of their width.

defaults { bn(eps = 1e-5, decay = 0.9) }

## Convolution, batch norm, ReLU, with this file's batch norm.
block Step(c: int, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, stride = stride, bias = false) -> bn -> relu

## One level of a U-Net, and those below it. What comes up is narrowed before it is enlarged, and added.
block Level(c: int[])
  on x: [.., H, W, C] -> [.., H, W, c[0]]
  where len(c) >= 1, H % 2 ^ (len(c) - 1) == 0, W % 2 ^ (len(c) - 1) == 0
{
  let here = x -> Step(c[0])
  let seen = if len(c) == 1 then here else (here -> Below(c)) + here
  return seen
}

block Below(c: int[])
  on x: [.., H, W, C] -> [.., H, W, c[0]]
  = x -> Step(c[1], stride = 2) as down -> Level(c[1..]) -> Step(c[0]) as up -> upsample(2)

## A U-Net at stride 2 whose deepest pixels see the whole of a small image: 16 numbers for every other pixel.
model Backbone(c: int[] = [16, 32, 48, 64], pixel: int = 16)
  on image: f32[N, H, W, 3]
  = image -> Step(c[0], stride = 2) as stem -> Level(c) -> conv(pixel) as embed

## What a head sees: a crop of the embedding with two coordinates in front.
const crop = 32
const channels = 18

model SmallHG10   = HG[10] with { nc = 8 } at (S = crop, C = channels)
model SmallHG20   = HG[20] with { nc = 8 } at (S = crop, C = channels)
model SmallNoLRS  = HG20NoLRS with { nc = 8 } at (S = crop, C = channels)
model SmallNoED   = HG20NoED with { nc = 8 } at (S = crop, C = channels)
model SmallRN4    = ResNet[4] with { nc = 8 } at (S = crop, C = channels)
model SmallRN20   = ResNet[20] with { nc = 8 } at (S = crop, C = channels)

test "sizes that were registered" {
  expect (Backbone at (H = 64, W = 64)).params == 164864
  expect (Backbone at (H = 64, W = 64)).macs ~= 14.45M
  expect (Backbone at (H = 64, W = 64)).shape == "[N, 32, 32, 16]"
  expect SmallRN4.params == 8553
  expect SmallRN20.params == 56473
  expect SmallHG20.params == 88257
  expect (SmallRN4 at (N = 1)).macs ~= 8.55M
  expect (SmallRN20 at (N = 1)).macs ~= 56.7M
  expect (SmallHG20 at (N = 1)).macs ~= 20.5M
}
