dm 1
use "../blocks.dm" { Unit, Basic }
use "../heads/hourglass.dm" { Hourglass }

defaults { conv(bias = false) bn(eps = 1e-5, decay = 0.1) }

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

## One stack at half the width, as the released code defines a backbone of 52 layers.
model Hourglass52(stem: int = 64, c: int[] = [128, 128, 192, 192, 192, 256], n: int[] = [2, 2, 2, 2, 2, 4])
  on image: f32[N, H, W, 3]
  = image -> Unit(stem, k = 7, stride = 2) -> Basic(c[0], stride = 2) -> Hourglass(c, n) -> Unit(c[0]) as last

## One CenterNet prediction branch. The heat map starts at a probability of about 0.1.
block Branch(c: int, hidden: int = 256, bias_init: float = 0)
  on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(hidden, bias = true) -> relu -> conv(c, k = 1, bias = true, bias_init = bias_init) as predict

test "Hourglass-104" {
  expect (Hourglass104.out2 at (H = 512, W = 512)).depth == 104
  expect (Hourglass104.out1 at (H = 512, W = 512)).depth == 52
  expect (Hourglass104 at (H = 512, W = 512)).params == 187700352
  expect (Hourglass104 at (H = 512, W = 512)).buffers == 117504
  expect (Hourglass104.out2 at (H = 512, W = 512)).shape == "[N, 128, 128, 256]"
  # Sizes 4k-3 to 4k give the same map, so 1021 to 1024 all work. The check is exact.
  expect Hourglass104.requires == "H % 128 in {0, 125, 126, 127}, W % 128 in {0, 125, 126, 127}"
  expect (Hourglass104 at (H = 600, W = 512)) fails DM4101
}

test "Hourglass-52" {
  expect (Hourglass52 at (H = 512, W = 512)).params == 23435072
  expect (Hourglass52 at (H = 512, W = 512)).depth == 52
}
