dm 1

## ResNet (He et al. 2015) with classifier and with feature pyramids. Four public families write the same
## network, and agree in little that a checkpoint would forgive.

## `strided` says which convolution of a bottleneck halves the map: the first 1×1 of the paper, or the 3×3 of
## everybody since. `pad = same` is TensorFlow's uneven rule. Frozen norms keep the numbers of ImageNet.
table Style {
  | name                 | norm                             | bias  | pad  | strided | init              |
  | "torchvision"        | bn                               | false | half | 1       | he_normal_fan_out |
  | "torchvision frozen" | frozen_bn                        | false | half | 1       | he_normal_fan_out |
  | "detectron2"         | frozen_bn                        | false | half | 0       | he_normal_fan_out |
  | "garden"             | bn(eps = 1e-4, decay = 0.997)    | false | same | 1       | lecun_normal      |
  | "keras"              | bn(eps = 1.001e-5, decay = 0.99) | true  | half | 0       | glorot_uniform    |
}

## Blocks of each resolution.
table Depth {
  | depth | residual   | n             |
  | 18    | Basic      | [2, 2, 2, 2]  |
  | 34    | Basic      | [3, 4, 6, 3]  |
  | 50    | Bottleneck | [3, 4, 6, 3]  |
  | 101   | Bottleneck | [3, 4, 23, 3] |
  | 152   | Bottleneck | [3, 8, 36, 3] |
}

## Convolution and norm in the manner of `s`, a row of `Style`.
block Normed(s, c: int, k: int = 3, stride: int = 1)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> conv(c, k, stride, bias = s.bias, pad = s.pad, init = s.init) -> s.norm as norm

## Identity where the shape already fits, otherwise a 1×1 projection.
block Shortcut(s, c: int, stride: int)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = if stride == 1 and C == c then x else x -> Normed(s, c, k = 1, stride = stride)

block Basic(s, c: int, stride: int) on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
{
  let body = x -> Normed(s, c, stride = stride) as first -> relu -> Normed(s, c) as second
  skip res = x -> Shortcut(s, c, stride)
  return (body + res) -> relu
}

## Narrows, looks, and widens to four times `c`.
block Bottleneck(s, c: int, stride: int) on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), 4 * c]
{
  let steps = if s.strided == 0 then [stride, 1] else [1, stride]
  let body  = x -> Normed(s, c, k = 1, stride = steps[0]) as reduce -> relu
                -> Normed(s, c, stride = steps[1]) as spatial -> relu
                -> Normed(s, 4 * c, k = 1) as expand
  skip res  = x -> Shortcut(s, 4 * c, stride)
  return (body + res) -> relu
}

## One resolution.
block Layer(s, residual: Block, c: int, n: int, stride: int = 1) on x: [.., H, W, C]
  = x -> chain i in 0..n { residual(s, c, if i == 0 then stride else 1) }

## The maps at strides 4, 8, 16 and 32.
block Trunk(s, r, c: int) on image: [.., H, W, C]
{
  let stem = image -> Normed(s, c, k = 7, stride = 2) -> relu -> max_pool(3, stride = 2, pad = s.pad)
  let c2   = stem -> Layer(s, r.residual, c, r.n[0])
  let c3   = c2 -> Layer(s, r.residual, 2 * c, r.n[1], stride = 2)
  let c4   = c3 -> Layer(s, r.residual, 4 * c, r.n[2], stride = 2)
  let c5   = c4 -> Layer(s, r.residual, 8 * c, r.n[3], stride = 2)
  return [c2, c3, c4, c5]
}

@paper("arXiv:1512.03385")
model ResNetClassifier[r in Depth](classes: int = 1000, c: int = 64, style: str = "torchvision")
  on image: f32[N, H, W, 3] -> f32[N, classes]
{
  let maps = image -> Trunk(Style[style], r, c)
  return maps[3] -> global_avg_pool -> dense(classes) as classifier
}

## A feature pyramid (Lin et al. 2016) at strides 4 to 32: from the coarsest map down, each level adds what the
## one above it saw.
block Pyramid(s, r, c: int, width: int) on image: [.., H, W, C]
{
  let (c2, c3, c4, c5) = image -> Trunk(s, r, c)
  let m5 = c5 -> conv(width, k = 1)
  let m4 = (c4 -> conv(width, k = 1)) + (m5 -> upsample(2))
  let m3 = (c3 -> conv(width, k = 1)) + (m4 -> upsample(2))
  let m2 = (c2 -> conv(width, k = 1)) + (m3 -> upsample(2))
  return each m in [m2, m3, m4, m5] { m -> conv(width) }
}

## The pyramid of detectron2 and torchvision. The fifth level is every other pixel of the fourth.
@paper("arXiv:1612.03144")
model ResNetFPN[r in Depth](c: int = 64, width: int = 256, style: str = "detectron2") on image: f32[N, H, W, 3]
{
  let (p2, p3, p4, p5) = image -> Pyramid(Style[style], r, c, width)
  let p6 = p5 -> max_pool(1, stride = 2)
  return (p2, p3, p4, p5, p6)
}

## The pyramid of TensorFlow's Model Garden, which Deep-MARC was trained with. The fifth level is a step of its
## own, and every level ends with a norm.
model GardenFPN[r in Depth](c: int = 64, width: int = 256) on image: f32[N, H, W, 3]
{
  let s = Style["garden"]
  let (p2, p3, p4, p5) = image -> Pyramid(s, r, c, width)
  let p6 = p5 -> conv(width, stride = 2, pad = same)
  return each p in [p2, p3, p4, p5, p6] { p -> s.norm as norm }
}

## Up to the next finer map: both in the width of that map, summed, and looked at once more.
block Finer(c: int, out: int) on (low: [.., H, W, c], high: [.., 2 * H, 2 * W, D])
{
  let both = (low -> upsample(2)) + (high -> conv(c, k = 1) as lateral)
  return both -> conv(out) -> bn(eps = 1e-3, decay = 0.99) -> relu
}

## The backbone of CenterNet with a ResNet: one map at stride 4, the only one of its stages.
model CenterNetFPN[r in Depth](c: int = 64, width: int = 256) on image: f32[N, H, W, 3]
{
  let (c2, c3, c4, c5) = image -> Trunk(Style["keras"], r, c)
  let m5 = c5 -> conv(width, k = 1)
  let m4 = (m5, c4) -> Finer(width, width // 2)
  let m3 = (m4, c3) -> Finer(width // 2, width // 4)
  let m2 = (m3, c2) -> Finer(width // 4, width // 4)
  return [m2]
}

test "ImageNet classifiers" {
  expect (ResNetClassifier[18] at (H = 224, W = 224)).params == 11689512
  expect (ResNetClassifier[34] at (H = 224, W = 224)).params == 21797672
  expect (ResNetClassifier[50] at (H = 224, W = 224)).params == 25557032
  expect (ResNetClassifier[101] at (H = 224, W = 224)).params == 44549160
  expect (ResNetClassifier[152] at (H = 224, W = 224)).params == 60192808
  expect (ResNetClassifier[18] at (H = 224, W = 224)).macs == 1.814G within 0.001
  expect (ResNetClassifier[34] at (H = 224, W = 224)).macs == 3.664G within 0.001
  expect (ResNetClassifier[50] at (H = 224, W = 224)).macs == 4.089G within 0.001
  expect (ResNetClassifier[101] at (H = 224, W = 224)).macs == 7.801G within 0.001
  expect (ResNetClassifier[152] at (H = 224, W = 224)).macs == 11.514G within 0.001
  expect (ResNetClassifier[50] at (H = 224, W = 224)).buffers == 2 * 26560
  expect (ResNetClassifier[50] with { style = "torchvision frozen" }).params == 25557032 - 2 * 26560
  expect ResNetClassifier[50].requires == ""
}

test "pyramids" {
  expect (ResNetFPN[50] at (H = 512, W = 512)).params == 26799296
  expect (ResNetFPN[50] at (H = 512, W = 512)).p2.shape == "[N, 128, 128, 256]"
  expect (ResNetFPN[50] at (H = 512, W = 512)).p6.shape == "[N, 8, 8, 256]"
  expect (CenterNetFPN[50] at (H = 512, W = 512)).params == 24809920
  expect (CenterNetFPN[101] at (H = 512, W = 512)).params == 43828160
  expect (CenterNetFPN[101] at (H = 512, W = 512)).shape == "[N, 128, 128, 64]"
  for family in [ResNetFPN, GardenFPN, CenterNetFPN] {
    expect family[50].requires == "H % 32 in {0, 29, 30, 31}, W % 32 in {0, 29, 30, 31}"
  }
}
