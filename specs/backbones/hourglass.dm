dm 1
use "../blocks.dm" { Unit, Basic }
use "../heads/hourglass.dm" { Hourglass }

defaults { conv(bias = false) bn(eps = 1e-5, decay = 0.1, unbiased = false) }

## 1×1 convolution and batch norm, no activation.
block Project(c: int) on x: [.., H, W, C] -> [.., H, W, c] = x -> conv(c, k = 1) -> bn

## The two-stack hourglass of CenterNet. Returns both stacks: training supervises both,
## inference reads the last one.
@paper("arXiv:1904.07850")
model Hourglass104(stem: int = 128, c: int[] = [256, 256, 384, 384, 384, 512], n: int[] = [2, 2, 2, 2, 2, 4])
  on image: f32[N, H, W, 3]
{
  let in1  = image -> Unit(stem, k = 7, stride = 2) -> Basic(c[0], stride = 2)
  let out1 = in1 -> Hourglass(c, n) -> Unit(c[0])
  let in2  = ((in1 -> Project(c[0]) as before) + (out1 -> Project(c[0]) as after)) -> relu -> Basic(c[0])
  let out2 = in2 -> Hourglass(c, n) -> Unit(c[0])
  return (out1, out2)
}

## One stack at half the width, as the released code defines a backbone of 52 layers. A list as well: of one stack.
model Hourglass52(stem: int = 64, c: int[] = [128, 128, 192, 192, 192, 256], n: int[] = [2, 2, 2, 2, 2, 4])
  on image: f32[N, H, W, 3]
{
  let in1  = image -> Unit(stem, k = 7, stride = 2) -> Basic(c[0], stride = 2)
  let out1 = in1 -> Hourglass(c, n) -> Unit(c[0])
  return [out1]
}

## One of the two modules of Hourglass-104 alone, the other reading of "52 layers" (Table 7 does not say which).
model Hourglass52Wide = Hourglass52 with { stem = 128, c = [256, 256, 384, 384, 384, 512] }

## One CenterNet prediction branch. The heat map starts at a probability of about 0.1.
block Branch(c: int, hidden: int = 256, bias_init: float = 0)
  on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(hidden, bias = true) -> relu -> conv(c, k = 1, bias = true, bias_init = bias_init) as predict

## What Deep-MAC adds to CenterNet: a vector for each pixel, and one for each instance.
block Embeddings(pixel: int, instance: int, hidden: int = 256)
  on f: [.., H, W, C]
{
  let pixels    = f -> Branch(pixel, hidden)
  let instances = f -> Branch(instance, hidden)
  return { pixel: pixels, instance: instances }
}

## The five predictions of Deep-MAC on one map of features.
block Heads(classes: int, pixel: int, instance: int, hidden: int = 256)
  on f: [.., H, W, C]
{
  let heat   = f -> Branch(classes, hidden, bias_init = -2.19)
  let size   = f -> Branch(2, hidden)
  let offset = f -> Branch(2, hidden)
  let embed  = f -> Embeddings(pixel, instance, hidden)
  return { heat, size, offset, pixel: embed.pixel, instance: embed.instance }
}

## Hourglass-104 with the predictions of Deep-MAC on both stacks, as a checkpoint of it holds them: everything in
## front of the mask head. The parts of the second stack, which inference reads, come last.
@paper("arXiv:2104.00613", section = 3)
model Hourglass104Heads(stem: int = 128, c: int[] = [256, 256, 384, 384, 384, 512], n: int[] = [2, 2, 2, 2, 2, 4],
                        classes: int = 90, pixel: int = 16, instance: int = 32, hidden: int = 256)
{
  input image: f32[N, H, W, 3]

  let stages = image -> Hourglass104(stem, c, n) as net
  let heads  = each f in stages { f -> Heads(classes, pixel, instance, hidden) }

  output features_0 = stages[0]
  output heat_0     = heads[0].heat
  output size_0     = heads[0].size
  output offset_0   = heads[0].offset
  output pixel_0    = heads[0].pixel
  output instance_0 = heads[0].instance
  output features_1 = stages[1]
  output heat_1     = heads[1].heat
  output size_1     = heads[1].size
  output offset_1   = heads[1].offset
  output pixel_1    = heads[1].pixel
  output instance_1 = heads[1].instance
}

test "Hourglass-104" {
  expect (Hourglass104.out2 at (H = 512, W = 512)).depth == 104
  expect (Hourglass104.out1 at (H = 512, W = 512)).depth == 52
  expect (Hourglass104 at (H = 512, W = 512)).params == 187700352
  expect (Hourglass104 at (H = 512, W = 512)).buffers == 117504
  expect (Hourglass104 at (H = 512, W = 512)).macs == 234.03G within 0.001
  expect (Hourglass104 at (H = 1024, W = 1024)).macs == 936.11G within 0.001
  expect (Hourglass104.out2 at (H = 512, W = 512)).shape == "[N, 128, 128, 256]"
  # Sizes 4k-3 to 4k give the same map, so 1021 to 1024 all work. The check is exact.
  expect Hourglass104.requires == "H % 128 in {0, 125, 126, 127}, W % 128 in {0, 125, 126, 127}"
  expect (Hourglass104 at (H = 600, W = 512)) fails DM4101
}

test "Hourglass-104 with the predictions of Deep-MAC" {
  let full = Hourglass104Heads at (H = 512, W = 512)
  # With the Hourglass-100 head, 241,068,189 numbers: those of the released checkpoint.
  expect full.params + full.buffers == 241068189 - (47221121 + 55424)
}

test "Hourglass-52" {
  expect (Hourglass52 at (H = 512, W = 512)).params == 23435072
  expect (Hourglass52 at (H = 512, W = 512)).depth == 52
  expect (Hourglass52Wide at (H = 512, W = 512)).params == 93662848
  expect (Hourglass52Wide at (H = 512, W = 512)).macs == 114.41G within 0.001
}
