dm 1

## Two graphs of one model, links that can be removed, weights that are shared.

model Phased {
  input image: f32[N, 8, 8, 3]
  input target: f32[N, 8, 8, 4] in train
  let f = image -> conv(4)
  let out = f -> dropout(0.5) -> bn
  output logits = match phase { train => out + target, infer => out }
  output aux = f -> conv(2) in train
  loss distance = 5.0 * ((out + target) -> average)
}

test "phases" {
  expect Phased.params == 112 + 8 + 74
  expect Phased.aux.shape == "[N, 8, 8, 2]"
}

block Linked on x: [.., H, W, C] -> [.., H, W, C] {
  skip near = x -> conv(C, k = 1)
  skip far = x -> conv(C) -> conv(C) as second
  return (near, far, x -> conv(C, k = 5) as wide) -> concat -> conv(C, k = 1) as mix
}
model Links on x: f32[N, S, S, 4] = x -> Linked()

test "skips" {
  expect Links.skips == ["near", "far"]
  expect Links.params == 20 + 148 + 148 + 404 + 52
  expect (Links without skip far).params == 20 + 404 + 36
  expect (Links without skip far without skip near).params == 404 + 20
  expect (Links without skip fra) fails DM5302
}

model Shared on x: f32[N, 8, 8, 4] {
  share f = conv(4) -> relu
  return x -> f -> f -> f
}

test "shared weights count once" {
  expect Shared.params == 148
  expect Shared.depth == 3
}
