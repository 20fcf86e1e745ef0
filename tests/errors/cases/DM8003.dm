dm 1
model A on x: f32[N, 32, 32, 8] = x -> conv(8) -> relu -> conv(8)

## Weights that stand below a `share` are called by it, however often it is used: no warning.
block Shared on x: [.., H, W, C] {
  share look = conv(C)
  share part = Pair
  return x -> look -> look -> part -> part -> chain i in 0..2 { look } -> chain i in 0..3 { look }
}

block Pair on x: [.., H, W, C] = x -> conv(C) -> relu -> conv(C) as second
