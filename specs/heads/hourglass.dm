dm 1
use "../blocks.dm" { Unit, Basic }

## Tables 16 and 17. `n` counts residual blocks per level, `width` is a multiple of `nc`.
table Table16 {
  | depth | n                  | width              |
  | 10    | [1, 1]             | [2, 2]             |
  | 20    | [1, 2, 2]          | [2, 2, 3]          |
  | 32    | [2, 2, 2, 2]       | [2, 2, 3, 3]       |
  | 52    | [2, 2, 2, 2, 2, 4] | [2, 2, 3, 3, 3, 4] |
  | 100   | [4, 4, 4, 4, 4, 8] | [2, 2, 3, 3, 3, 4] |
}

## `n` residual blocks. The first one strides, the last one sets the output width.
block Stage(c: int, n: int, stride: int = 1, via: int = c)
  on x: [.., H, W, C] -> [.., cdiv(H, stride), cdiv(W, stride), c]
  = x -> chain i in 0..n {
      Basic(if i == n - 1 then c else via, stride = if i == 0 then stride else 1)
    }

## One hourglass level. It nests itself until two entries of `c` are left. The convolutions of the
## way up run before the upsampling, at the low resolution, and nothing follows the sum.
block Hourglass(c: int[], n: int[], scale: int = 2)
  on x: [.., H, W, c[0]] -> [.., H, W, c[0]]
  where len(c) == len(n), len(c) >= 2,
        H % scale ^ (len(c) - 1) == 0, W % scale ^ (len(c) - 1) == 0
{
  skip lrs  = x -> Stage(c[0], n[0])
  let low   = x -> Stage(c[1], n[0], stride = scale)
  let inner = if len(c) > 2 then Hourglass(c[1..], n[1..], scale) else Stage(c[1], n[1])
  let up    = low -> inner -> Stage(c[0], n[0], via = c[1]) -> upsample(scale)
  return up + lrs
}

## HG[10], HG[20], HG[32], HG[52], HG[100]: one definition, one table row each.
## The logits are one linear 1×1 convolution with a bias, at the resolution of the crop.
@paper("arXiv:2104.00613", table = 16)
model HG[r in Table16](nc: int = 64, scale: int = 2)
  on x: f32[N, S, S, C] -> f32[N, S, S, 1]
{
  let c     = nc * r.width
  let trunk = x -> Unit(nc) -> Basic(c[0]) -> Hourglass(c, r.n, scale) -> Unit(c[0]) as last
  return trunk -> conv(1, k = 1)
}

# Table 5, in two lines.
@paper("arXiv:2104.00613", table = 5)
model HG20NoLRS = HG[20] without skip lrs
@paper("arXiv:2104.00613", table = 5)
model HG20NoED  = HG[20] with { scale = 1 }

test "Tables 16 and 17" {
  for r in Table16 {
    expect (HG[r.depth].trunk at (S = 32, C = 50)).depth == r.depth
    expect (HG[r.depth] at (C = 50)).shape == "[N, S, S, 1]"
  }
  expect (HG[10] at (S = 32, C = 50)).params == 1605249
  expect (HG[20] at (S = 32, C = 50)).params == 5530625
  expect (HG[32] at (S = 32, C = 50)).params == 10440065
  expect (HG[52] at (S = 32, C = 50)).params == 23454593
  expect (HG[100] at (S = 32, C = 50)).params == 47221121
  expect (HG[52] at (C = 50)).requires == "S % 32 == 0"
  expect (HG[52] at (S = 48, C = 50)) fails DM4101
}

test "moving statistics" {
  expect (HG[10] at (S = 32, C = 50)).buffers == 3456
  expect (HG[20] at (S = 32, C = 50)).buffers == 8960
  expect (HG[32] at (S = 32, C = 50)).buffers == 15488
  expect (HG[52] at (S = 32, C = 50)).buffers == 29312
  expect (HG[100] at (S = 32, C = 50)).buffers == 55424
}

test "multiply-adds of one crop" {
  expect (HG[10] at (N = 1, S = 32, C = 50)).macs ~= 948M
  expect (HG[20] at (N = 1, S = 32, C = 50)).macs ~= 1256M
  expect (HG[32] at (N = 1, S = 32, C = 50)).macs ~= 1773M
  expect (HG[52] at (N = 1, S = 32, C = 50)).macs ~= 1798M
  expect (HG[100] at (N = 1, S = 32, C = 50)).macs ~= 3199M
}

test "sizes" {
  expect (HG[10] at (C = 50)).requires == "S % 2 == 0"
  expect (HG[20] at (C = 50)).requires == "S % 4 == 0"
  expect (HG[32] at (C = 50)).requires == "S % 8 == 0"
  expect (HG[100] at (C = 50)).requires == "S % 32 == 0"
}

test "receptive field" {
  expect HG[20].rf == 115
  expect HG20NoED.rf == 41
  expect HG[52].rf == 1451
}

test "Table 10: which features flow in" {
  expect (HG[20] at (S = 32, C = 16)).params == 5511041
  expect (HG[20] at (S = 32, C = 18)).params == 5512193
  expect (HG[20] at (S = 32, C = 48)).params == 5529473
}

test "Table 5 ablations" {
  let full = HG[20] at (S = 32, C = 50)
  expect (HG20NoLRS at (S = 32, C = 50)).depth == full.depth
  expect (HG20NoED at (S = 32, C = 50)).depth == full.depth
  expect (HG20NoLRS at (S = 32, C = 50)).params == 4644353
  expect (HG20NoED at (S = 32, C = 50)).params == 5513985
  expect (HG20NoLRS at (S = 32, C = 50)).buffers == 7424
  expect (HG20NoED at (S = 32, C = 50)).buffers == 8704
  expect (HG20NoLRS at (N = 1, S = 32, C = 50)).macs ~= 803M
  expect (HG20NoED at (N = 1, S = 32, C = 50)).macs ~= 5637M
  expect (HG20NoED at (S = 7, C = 50)).shape == "[N, 7, 7, 1]"
  expect (HG20NoED at (C = 50)).requires == ""
  expect (HG[20] without skip lsr at (S = 32, C = 50)) fails DM5302
}
