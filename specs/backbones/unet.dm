dm 1

## A U-Net for small models: widths by level, one convolution on each way and level.

defaults { bn(eps = 1e-5, decay = 0.9) }

## Convolution, batch norm, ReLU.
block Step(c: int, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, stride = stride, bias = false) -> bn -> relu

## One level and those below it. What comes up is narrowed before it is enlarged, and added.
block Level(c: int[])
  on x: [.., H, W, C] -> [.., H, W, c[0]]
  where len(c) >= 1, H % 2 ^ (len(c) - 1) == 0, W % 2 ^ (len(c) - 1) == 0
{
  let here = x -> Step(c[0])
  return if len(c) == 1 then here else (here -> Below(c)) + here
}

block Below(c: int[])
  on x: [.., H, W, C] -> [.., H, W, c[0]]
  = x -> Step(c[1], stride = 2) as down -> Level(c[1..]) -> Step(c[0]) as up -> upsample(2)

## `channels` numbers for every other pixel.
model UNet(c: int[] = [16, 32, 48, 64], channels: int = 16)
  on image: f32[N, H, W, 3]
  = image -> Step(c[0], stride = 2) as stem -> Level(c) -> conv(channels) as embed

test "U-Net" {
  expect (UNet at (H = 64, W = 64)).params == 164864
  expect (UNet at (H = 64, W = 64)).macs ~= 14.45M
  expect (UNet at (H = 64, W = 64)).shape == "[N, 32, 32, 16]"
  expect UNet.requires == "H % 16 in {0, 15}, W % 16 in {0, 15}"
}
