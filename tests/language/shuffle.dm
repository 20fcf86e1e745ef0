dm 1

## Networks that move values between axes: shuffled channels, and space folded into channels. The counts of
## ShuffleNet V2 are those that torchvision gives; its size rule and that of the rest were tried by hand.

defaults { conv(bias = false) }

## One channel of every group after another. [.., H, W, C] -> [.., H, W, C]
block Shuffle(groups: int) on x: [N, H, W, C] -> [N, H, W, C] where C % groups == 0
  = x -> reshape(H, W, groups, C // groups) -> transpose(1, 2, 4, 3) -> reshape(H, W, C)

# ---- ShuffleNet V1: the unit of its Figure 2 (b)

block Unit(groups: int) on x: [N, H, W, C] -> [N, H, W, C]
{
  let narrow = x -> conv(C // 4, k = 1, groups = groups) -> bn -> relu
  let mixed = narrow -> Shuffle(groups) -> conv(C // 4, groups = C // 4) -> bn
  let body = mixed -> conv(C, k = 1, groups = groups) -> bn
  skip res = x
  return (body + res) -> relu
}

model ShuffleUnit(groups: int = 3) on x: f32[N, H, W, C] -> f32[N, H, W, C] = x -> Unit(groups)

test "ShuffleNet V1" {
  # (240/3)·60 + 9·60 + (60/3)·240, and two numbers per normed channel: 60 + 60 + 240.
  expect (ShuffleUnit at (C = 240)).params == 4800 + 540 + 4800 + 720
  expect (ShuffleUnit at (C = 240)).requires == ""
  expect ((ShuffleUnit with { groups = 7 }) at (C = 240)) fails DM4204
}

# ---- ShuffleNet V2

block Point(c: int) on x: [N, H, W, C] = x -> conv(c, k = 1) -> bn -> relu
block Depth(stride: int) on x: [N, H, W, C] = x -> conv(C, stride = stride, groups = C) -> bn

block Branch(c: int, stride: int) on x: [N, H, W, C]
  = x -> Point(c) -> Depth(stride) -> Point(c) as last

block Step(c: int, stride: int) on x: [N, H, W, C]
{
  let near = if stride == 1 then x -> slice(to = C // 2) else x -> Depth(stride) -> Point(c // 2)
  let far = if stride == 1 then x -> slice(from = C // 2) else x
  return (near, far -> Branch(c // 2, stride)) -> concat -> Shuffle(2)
}

model ShuffleNetV2(c: int[] = [24, 116, 232, 464, 1024], n: int[] = [4, 8, 4], classes: int = 1000)
  on image: f32[N, H, W, 3] -> f32[N, classes]
{
  let stem = image -> conv(c[0], stride = 2) -> bn -> relu -> max_pool(3, stride = 2)
  let trunk = stem -> chain s in 0..3 { chain i in 0..n[s] { Step(c[s + 1], stride = if i == 0 then 2 else 1) } }
  return trunk -> Point(c[4]) -> global_avg_pool -> dense(classes)
}

test "ShuffleNet V2" {
  expect ShuffleNetV2.params == 2278604
  expect (ShuffleNetV2 at (H = 224, W = 224)).macs ~= 145M within 0.02
}

# ---- space to channels and back, as in super-resolution

block Pack on x: [N, H, W, C] -> [N, H / 2, W / 2, 4 * C]
  = x -> reshape(H / 2, 2, W / 2, 2, C) -> transpose(1, 3, 2, 4, 5) -> reshape(H / 2, W / 2, 4 * C)
block Unpack on x: [N, H, W, C] -> [N, 2 * H, 2 * W, C / 4]
  = x -> reshape(H, W, 2, 2, C / 4) -> transpose(1, 3, 2, 4, 5) -> reshape(2 * H, 2 * W, C / 4)

model Packed(c: int = 8) on x: f32[N, H, W, 3] -> f32[N, H, W, 3]
  = x -> Pack -> conv(c) -> conv(12) as out -> Unpack

test "space to channels" {
  expect Packed.requires == "H % 2 == 0, W % 2 == 0"
  expect Packed.params == 9 * (12 * 8 + 8 * 12)
}

# ---- what stays in front is said by the input of the body, whatever the sizes

## A model on whose maps `reshape` names every axis of a sample, and one whose sizes are divided.
model Swapped on x: f32[N, H, W, 4] = x + (x -> Halves)
block Halves on x: [N, H, W, C] = x -> reshape(H, W, 2, C / 2) -> transpose(1, 2, 4, 3) -> reshape(H, W, C)
model Tiles on x: f32[N, H, W, 4] = x -> reshape(H * W / 49, 49, 4)

## A block on `..` keeps what leads, here the crops of a picture; one on three axes keeps two.
model Crops on x: f32[N, K, 4, 4, 6] = x -> flatten -> AsMap
block AsMap on x: [.., F] = x -> reshape(4, 4, F / 16)
model Vectors on x: f32[N, K, 96] = x -> reshape(4, 4, 6)
block Tokens on x: [.., T, C] = x -> reshape(T / 2, 2, C)
model OfTokens on x: f32[N, 8, C] = x -> Tokens

test "leading axes of reshape" {
  expect Swapped.requires == ""
  for h in [1, 2, 3, 7] {
    expect (Swapped at (N = 1, H = h, W = 1)).shape == "[1, " + str(h) + ", 1, 4]"
  }
  expect (Tiles at (H = 7, W = 7)).shape == "[N, 1, 49, 4]"
  expect (Tiles at (H = 14, W = 7)).shape == "[N, 2, 49, 4]"
  for k in [1, 2, 16] {
    expect (Crops at (N = 1, K = k)).shape == "[1, " + str(k) + ", 4, 4, 6]"
    expect (Vectors at (N = 1, K = k)).shape == "[1, " + str(k) + ", 4, 4, 6]"
  }
  expect OfTokens.shape == "[N, 4, 2, C]"
}
