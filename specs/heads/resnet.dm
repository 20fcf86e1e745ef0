dm 1

## ResNet mask heads (Tables 14 and 6), as the released code builds them: pre-activation blocks
## at one resolution, a ReLU at the end of the branch, and nothing after the sum.
defaults {
  conv(bias = false)
  bn(eps = 1.001e-5, decay = 0.99)
}

## Table 14, upper half. `n` blocks per stage, `width` in multiples of `nc`.
table Table14 {
  | depth | n      | width  |
  | 4     | [2]    | [2]    |
  | 8     | [4]    | [2]    |
  | 12    | [6]    | [2]    |
  | 16    | [8]    | [2]    |
  | 20    | [8, 2] | [2, 3] |
}

## Convolution, batch norm, ReLU, with this file's defaults.
block Unit(c: int, rate: int)
  on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(c, rate = rate) -> bn -> relu

## Pre-activation block. The first block of a stage projects, always from the activated input.
block Preact(c: int, project: bool, rate: int = 1)
  on x: [.., H, W, C] -> [.., H, W, c]
{
  let act  = x -> bn -> relu
  skip res = if project then act -> conv(c, k = 1, bias = true) else x
  let body = act -> Unit(c, rate) as first -> Unit(c, rate) as second
  return body + res
}

## Everything in front of the logits. The first `dilated` of the 3×3 convolutions use rate 2
## (Table 6 replaces 0, 10 or 20).
block ResNetTrunk(n: int[], c: int[], nc: int, dilated: int = 0)
  on x: [.., S, S, C] -> [.., S, S, c[len(c) - 1]]
  where len(n) == len(c)
{
  let stem = x -> conv(nc, k = 1, bias = true)
  return stem -> chain s in 0..len(n) {
    chain i in 0..n[s] {
      Preact(c[s], project = i == 0, rate = if 2 * (sum(n[..s]) + i) < dilated then 2 else 1)
    }
  }
}

block ResNetHead(n: int[], c: int[], nc: int, dilated: int)
  on x: [.., S, S, C] -> [.., S, S, 1]
{
  let trunk = x -> ResNetTrunk(n, c, nc, dilated)
  return trunk -> conv(1, k = 1, bias = true)
}

@paper("arXiv:2104.00613", table = 14)
model ResNet[r in Table14](nc: int = 64, dilated: int = 0)
  on x: f32[N, S, S, C] -> f32[N, S, S, 1]
  = x -> ResNetHead(r.n, nc * r.width, nc, dilated)

## Depth 20 as Table 14 prints it: 128 channels to the end (the released code ends with 192).
@paper("arXiv:2104.00613", table = 14)
model ResNet20Printed(nc: int = 64)
  on x: f32[N, S, S, C] -> f32[N, S, S, 1]
  = x -> ResNetHead([8, 2], [2 * nc, 2 * nc], nc, 0)

@paper("arXiv:2104.00613", table = 6)
model ResNet20Dilated10 = ResNet[20] with { dilated = 10 }
@paper("arXiv:2104.00613", table = 6)
model ResNet20Dilated20 = ResNet[20] with { dilated = 20 }

test "Table 14: ResNet basic" {
  for r in Table14 {
    # The paper counts block convolutions; it leaves out the input and output 1×1.
    expect (ResNet[r.depth] at (S = 32, C = 50)).depth == r.depth + 2
    expect (ResNet[r.depth] at (C = 50)).requires == ""
    expect (ResNet[r.depth] at (C = 50)).rf == 2 * r.depth + 1
  }
  expect (ResNet[4] at (S = 32, C = 50)).params == 529217
  expect (ResNet[8] at (S = 32, C = 50)).params == 1120577
  expect (ResNet[12] at (S = 32, C = 50)).params == 1711937
  expect (ResNet[16] at (S = 32, C = 50)).params == 2303297
  expect (ResNet[20] at (S = 32, C = 50)).params == 3546817
  expect (ResNet20Printed at (S = 32, C = 50)).params == 2911169
  expect (ResNet[20] at (S = 7, C = 50)).shape == "[N, 7, 7, 1]"
  expect ResNet[18] fails DM2005
}

test "moving statistics" {
  expect (ResNet[4] at (S = 32, C = 50)).buffers == 1408
  expect (ResNet[8] at (S = 32, C = 50)).buffers == 2944
  expect (ResNet[12] at (S = 32, C = 50)).buffers == 4480
  expect (ResNet[16] at (S = 32, C = 50)).buffers == 6016
  expect (ResNet[20] at (S = 32, C = 50)).buffers == 8192
  expect (ResNet20Printed at (S = 32, C = 50)).buffers == 7552
}

test "multiply-adds of one crop" {
  expect (ResNet[4] at (N = 1, S = 32, C = 50)).macs ~= 540M
  expect (ResNet[8] at (N = 1, S = 32, C = 50)).macs ~= 1144M
  expect (ResNet[12] at (N = 1, S = 32, C = 50)).macs ~= 1748M
  expect (ResNet[16] at (N = 1, S = 32, C = 50)).macs ~= 2352M
  expect (ResNet[20] at (N = 1, S = 32, C = 50)).macs ~= 3623M
  expect (ResNet20Printed at (N = 1, S = 32, C = 50)).macs ~= 2973M
}

test "Table 10: which features flow in" {
  expect (ResNet[20] at (S = 32, C = 16)).params == 3544641
  expect (ResNet[20] at (S = 32, C = 18)).params == 3544769
  expect (ResNet[20] at (S = 32, C = 48)).params == 3546689
}

test "Table 6: the dilated variants only widen the receptive field" {
  let base = ResNet[20] at (C = 50)
  expect base.rf == 41
  expect (ResNet20Dilated10 at (C = 50)).rf == 61
  expect (ResNet20Dilated20 at (C = 50)).rf == 81
  expect (ResNet20Dilated20 at (C = 50)).params == base.params
  expect (ResNet20Dilated10 at (C = 50)).params == base.params
  expect (ResNet20Dilated10 at (C = 50)).buffers == base.buffers
  expect (ResNet20Dilated20 at (C = 50)).buffers == base.buffers
}
