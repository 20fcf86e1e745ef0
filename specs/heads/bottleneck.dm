dm 1

## ResNet bottleneck mask heads (Tables 14 and 15). No code was released for them and the printed
## widths (128 / 512 / 128, once 192 / 384 / 192) cannot be a bottleneck as they stand. We read them
## as He et al. do: 1×1 to f, 3×3 to f, 1×1 to 4·f, in the pre-activation style of the basic heads.
## Other readings are one edit away, because the row is a parameter.
defaults {
  conv(bias = false)
  bn(eps = 1.001e-5, decay = 0.99)
}

table Table14Bottleneck {
  | depth | n      | width  |
  | 6     | [2]    | [2]    |
  | 9     | [3]    | [2]    |
  | 12    | [4]    | [2]    |
  | 15    | [5]    | [2]    |
  | 21    | [6, 1] | [2, 3] |
}

## The "1/4th" family: the same shape with a quarter of the channels.
table Table15 {
  | depth | n         | width     |
  | 6     | [2]       | [2]       |
  | 12    | [4]       | [2]       |
  | 21    | [6, 1]    | [2, 3]    |
  | 30    | [5, 5]    | [2, 3]    |
  | 51    | [6, 8, 3] | [2, 3, 4] |
}

## Convolution, batch norm, ReLU, with this file's defaults.
block Unit(c: int, k: int)
  on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(c, k) -> bn -> relu

block PreactBottleneck(f: int, project: bool)
  on x: [.., H, W, C] -> [.., H, W, 4 * f]
{
  let act  = x -> bn -> relu
  skip res = if project then act -> conv(4 * f, k = 1, bias = true) else x
  let body = act -> Unit(f, 1) as reduce -> Unit(f, 3) as spatial -> conv(4 * f, k = 1, bias = true)
  return body + res
}

block BottleneckHead(n: int[], f: int[], nc: int)
  on x: [.., S, S, C] -> [.., S, S, 1]
{
  let stem  = x -> conv(nc, k = 1, bias = true)
  let trunk = stem -> chain s in 0..len(n) {
    chain i in 0..n[s] { PreactBottleneck(f[s], project = i == 0) }
  }
  return trunk -> conv(1, k = 1, bias = true)
}

@paper("arXiv:2104.00613", table = 14)
model Bottleneck[r in Table14Bottleneck](nc: int = 64)
  on x: f32[N, S, S, C] -> f32[N, S, S, 1]
  = x -> BottleneckHead(r.n, nc * r.width, nc)

@paper("arXiv:2104.00613", table = 15)
model BottleneckQuarter[r in Table15](nc: int = 16)
  on x: f32[N, S, S, C] -> f32[N, S, S, 1]
  = x -> BottleneckHead(r.n, nc * r.width, nc)

test "Tables 14 and 15: bottleneck" {
  for r in Table14Bottleneck { expect (Bottleneck[r.depth] at (S = 32, C = 50)).depth == r.depth + 2 }
  for r in Table15 { expect (BottleneckQuarter[r.depth] at (S = 32, C = 50)).depth == r.depth + 2 }
  expect (Bottleneck[6] at (S = 32, C = 50)).params == 539969
  expect (Bottleneck[9] at (S = 32, C = 50)).params == 820545
  expect (Bottleneck[12] at (S = 32, C = 50)).params == 1101121
  expect (Bottleneck[15] at (S = 32, C = 50)).params == 1381697
  expect (Bottleneck[21] at (S = 32, C = 50)).params == 2636609
  expect (BottleneckQuarter[6] at (S = 32, C = 50)).params == 35153
  expect (BottleneckQuarter[12] at (S = 32, C = 50)).params == 70993
  expect (BottleneckQuarter[21] at (S = 32, C = 50)).params == 168401
  expect (BottleneckQuarter[30] at (S = 32, C = 50)).params == 310225
  expect (BottleneckQuarter[51] at (S = 32, C = 50)).params == 705169
}

test "one 3×3 per block, so a third of the reach" {
  for r in Table14Bottleneck { expect (Bottleneck[r.depth] at (C = 50)).rf == 2 * (r.depth // 3) + 1 }
  for r in Table15 { expect (BottleneckQuarter[r.depth] at (C = 50)).rf == 2 * (r.depth // 3) + 1 }
}
