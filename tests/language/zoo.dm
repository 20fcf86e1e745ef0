dm 1

## Well-known networks, written from the language reference alone. Their parameter counts are published
## ones: torchvision for the classifiers, the papers' code for the others.

defaults { conv(bias = false) }

block ConvBnRelu(c: int, k: int = 3, stride: int = 1, rate: int = 1)
  on x: [.., H, W, C]
  = x -> conv(c, k, stride, rate) -> bn -> relu

# ---- ResNet-18 and ResNet-50

table Depths {
  | depth | n            | wide  |
  | 18    | [2, 2, 2, 2] | false |
  | 34    | [3, 4, 6, 3] | false |
  | 50    | [3, 4, 6, 3] | true  |
}

block Projected(c: int, stride: int) on x: [.., H, W, C]
  = if stride == 1 and C == c then x else x -> conv(c, k = 1, stride = stride) -> bn

block Narrow(c: int, stride: int) on x: [.., H, W, C] {
  let body = x -> ConvBnRelu(c, stride = stride) -> conv(c) -> bn
  skip res = x -> Projected(c, stride)
  return (body + res) -> relu
}

block Wide(c: int, stride: int) on x: [.., H, W, C] {
  let body = x -> ConvBnRelu(c, k = 1) -> ConvBnRelu(c, stride = stride) as middle -> conv(4 * c, k = 1) -> bn
  skip res = x -> Projected(4 * c, stride)
  return (body + res) -> relu
}

model ResNet[r in Depths] on image: f32[N, 224, 224, 3] {
  let stem = image -> ConvBnRelu(64, k = 7, stride = 2) -> max_pool(3, stride = 2)
  let trunk = stem -> chain s in 0..4 {
    chain i in 0..r.n[s] {
      if r.wide then Wide(64 * 2 ^ s, stride = if i == 0 and s > 0 then 2 else 1)
      else Narrow(64 * 2 ^ s, stride = if i == 0 and s > 0 then 2 else 1)
    }
  }
  return trunk -> global_avg_pool -> dense(1000)
}

test "ResNet" {
  expect ResNet[18].params == 11689512
  expect ResNet[34].params == 21797672
  expect ResNet[50].params == 25557032
  expect ResNet[50].macs ~= 4.1G
  expect ResNet[50].depth == 50
  expect ResNet[18].trunk.shape == "[N, 7, 7, 512]"
}

# ---- VGG-16, the repeat operator

block Stage(c: int, n: int) on x: [.., H, W, C]
  = x -> (conv(c, bias = true) -> relu) * n -> max_pool(2)

model VGG16 on image: f32[N, 224, 224, 3]
  = image -> Stage(64, 2) -> Stage(128, 2) as two -> Stage(256, 3) as three -> Stage(512, 3) as four -> Stage(512, 3) as five
          -> flatten -> (dense(4096) -> relu -> dropout) * 2 -> dense(1000) as logits

test "VGG" { expect VGG16.params == 138357544 }

# ---- DenseNet-121: channels grow with every layer

block DenseLayer(growth: int = 32) on x: [.., H, W, C] -> [.., H, W, C + growth] {
  let new = x -> bn -> relu -> conv(4 * growth, k = 1) -> bn as second_bn -> relu -> conv(growth) as second
  return (x, new) -> concat
}

block Transition on x: [.., H, W, C] -> [.., H // 2, W // 2, C / 2]
  = x -> bn -> relu -> conv(C / 2, k = 1) -> avg_pool(2)

model DenseNet(n: int[] = [6, 12, 24, 16]) on image: f32[N, 224, 224, 3] {
  let trunk = image -> ConvBnRelu(64, k = 7, stride = 2) -> max_pool(3, stride = 2) -> chain s in 0..len(n) {
    (chain i in 0..n[s] { DenseLayer() }) -> (if s < len(n) - 1 then Transition() else bn -> relu)
  }
  return trunk -> global_avg_pool -> dense(1000)
}

test "DenseNet-121" {
  expect DenseNet.params == 7978856
  expect (DenseNet with { n = [6, 12, 32, 32] }).params == 14149480
}

# ---- MobileNet: depthwise separable convolutions

table Mobile {
  | row | c    | stride |
  | 1   | 64   | 1      |
  | 2   | 128  | 2      |
  | 3   | 128  | 1      |
  | 4   | 256  | 2      |
  | 5   | 256  | 1      |
  | 6   | 512  | 2      |
  | 7   | 512  | 1      |
  | 8   | 512  | 1      |
  | 9   | 512  | 1      |
  | 10  | 512  | 1      |
  | 11  | 512  | 1      |
  | 12  | 1024 | 2      |
  | 13  | 1024 | 1      |
}

block Separable(c: int, stride: int) on x: [.., H, W, C] {
  let spatial = x -> conv(C, stride = stride, groups = C) -> bn -> relu
  return spatial -> conv(c, k = 1) -> bn -> relu
}

model MobileNet on image: f32[N, 224, 224, 3]
  = image -> ConvBnRelu(32, stride = 2) -> chain r in Mobile { Separable(r.c, r.stride) } -> global_avg_pool -> dense(1000)

test "MobileNet" {
  expect MobileNet.params == 4231976
  expect MobileNet.macs ~= 569M
}

# ---- U-Net: links over the whole depth, and an input size that is found out

block Double(c: int) on x: [.., H, W, C] = x -> ConvBnRelu(c) * 2

model UNet(c: int = 64, classes: int = 2) on image: f32[N, H, W, 3] -> f32[N, H, W, classes] {
  let e1 = image -> Double(c)
  let e2 = e1 -> max_pool(2) -> Double(2 * c)
  let e3 = e2 -> max_pool(2) -> Double(4 * c)
  let e4 = e3 -> max_pool(2) -> Double(8 * c)
  let e5 = e4 -> max_pool(2) -> Double(16 * c)
  let d4 = (e4, e5 -> deconv(8 * c)) -> concat -> Double(8 * c)
  let d3 = (e3, d4 -> deconv(4 * c)) -> concat -> Double(4 * c)
  let d2 = (e2, d3 -> deconv(2 * c)) -> concat -> Double(2 * c)
  let d1 = (e1, d2 -> deconv(c)) -> concat -> Double(c)
  return d1 -> conv(classes, k = 1, bias = true)
}

test "U-Net" {
  expect UNet.params == 31037698
  expect UNet.requires == "H % 16 == 0, W % 16 == 0"
  expect (UNet at (H = 24, W = 32)) fails DM4202
}

# ---- Squeeze and excite, and a gated unit

block Excite(r: int = 16) on x: [.., H, W, C] -> [.., H, W, C] {
  let gate = x -> global_avg_pool(keep = true) -> conv(C / r, k = 1, bias = true) -> relu -> conv(C, k = 1, bias = true) as expand -> sigmoid
  return (x, gate) -> mul
}

model Excited on x: f32[N, H, W, 64] = x -> Excite()
test "squeeze and excite" { expect Excited.params == 580 }

# ---- A feature pyramid with shared heads, and a stacked hourglass

model Pyramid on image: f32[N, H, W, 3] {
  let top = image -> ConvBnRelu(64, stride = 4)
          -> ConvBnRelu(64) as c2
          -> ConvBnRelu(128, stride = 2) as c3
          -> ConvBnRelu(256, stride = 2) as c4
  let m4 = c4 -> conv(64, k = 1)
  let m3 = (c3 -> conv(64, k = 1)) + (m4 -> upsample(2))
  let m2 = (c2 -> conv(64, k = 1)) + (m3 -> upsample(2))
  share head = ConvBnRelu(64) -> conv(4, k = 1)
  let (p2, p3, p4) = each m in [m2, m3, m4] { m -> head }
  return { p2: p2, p3: p3, p4: p4 }
}

test "pyramid" {
  expect Pyramid.requires == "H % 16 in {0, 13, 14, 15}, W % 16 in {0, 13, 14, 15}"
  expect (Pyramid at (H = 64, W = 64)).p4.shape == "[N, 4, 4, 4]"
  # The shared head counts once: 36,992 + 256.
  expect (Pyramid at (H = 64, W = 64)).params == 1728 + 128 + 36864 + 128 + 73728 + 256 + 294912 + 512 + 64 * (64 + 128 + 256) + 37248
}

block Level(c: int, depth: int) on x: [.., H, W, c] -> [.., H, W, c] {
  skip high = x -> conv(c)
  let low = x -> max_pool(2) -> conv(c)
  let mid = if depth > 1 then low -> Level(c, depth - 1) else low -> conv(c) as inner
  return high + (mid -> upsample(2))
}

model Stacked(stacks: int = 4) on x: f32[N, S, S, 3] {
  let maps = grow maps = [x -> conv(64, 7, 2)] over i in 0..stacks { maps[len(maps) - 1] -> Level(64, 3) }
  return maps[stacks]
}

test "stacked hourglass" {
  expect Stacked.requires == "S % 16 in {0, 15}"
  expect Stacked.params == 147 * 64 + 4 * 7 * 36864
  expect Stacked.skips == ["high"]
  expect (Stacked without skip high).params == 147 * 64 + 4 * 4 * 36864
}
