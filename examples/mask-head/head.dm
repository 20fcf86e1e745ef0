dm 1

## A mask head of our own: two levels, depthwise convolutions, and links that can be taken out.

# A norm follows every convolution but the last, so none needs a bias.
defaults {
  conv(bias = false)
}

## A depthwise convolution, then a 1×1 one: a ninth of the multiply-adds of a full one.
block Separable(c: int) on x: [.., H, W, C] -> [.., H, W, c]
  = x -> conv(C, groups = C) as depthwise -> conv(c, k = 1) as pointwise -> bn -> relu

block Residual on x: [.., H, W, C] -> [.., H, W, C]
{
  let body = x -> Separable(C) -> conv(C) -> bn
  return (body + x) -> relu
}

## Goes down to half the size, works there, and comes back.
block Level(c: int, n: int) on x: [.., H, W, C] -> [.., H, W, C]
{
  skip across = x -> Residual
  let low     = x -> max_pool -> Separable(c)
  let inside  = low -> Residual * n
  let up      = inside -> conv(C, k = 1) -> bn -> upsample(2, mode = bilinear)
  return (up + across) -> relu
}

table Sizes {
  | name    | width | n |
  | "small" | 16    | 1 |
  | "large" | 64    | 4 |
}

## One mask of logits for every crop, like the heads of Deep-MAC: they may be exchanged for each other.
model Mine[r in Sizes] on crops: f32[N, S, S, C] -> f32[N, S, S, 1]
{
  let stem  = crops -> conv(r.width) -> bn -> relu
  let trunk = stem -> Level(2 * r.width, r.n) -> Separable(r.width)
  return trunk -> conv(1, k = 1, bias = true) as logits
}

## The ablation: the same head without the link across.
model MineNoLinks = Mine["large"] without skip across

test "heads of two sizes" {
  for r in Sizes {
    let head = Mine[r.name] at (S = 32, C = 50)
    expect head.shape == "[N, 32, 32, 1]"
    expect (Mine[r.name] at (C = 50)).requires == "S % 2 == 0"
  }
  expect (Mine["small"] at (S = 32, C = 50)).params == 22369
  expect (MineNoLinks at (C = 50)).params < (Mine["large"] at (C = 50)).params
  expect (Mine["small"] at (S = 31, C = 50)) fails DM4201
}
