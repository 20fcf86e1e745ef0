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

model Outputs on (a: f32[2, H, W, 4], b: f32[2, H, W, 4]) = { sum: a + b, mixed: (a, b) -> concat -> conv(3) }

model Arithmetic on (a: f32[N, 4], b: f32[N, 4]) = { mean: (a + b) / 2, apart: -a, share: a / b, twice: 2 * a }

test "a tensor and a number" {
  expect Arithmetic.mean.nodes == 2 and Arithmetic.apart.nodes == 1 and Arithmetic.share.shape == "[N, 4]"
}

test "a result has names, and a loss does not widen the view" {
  expect Outputs.sum.params == 0 and Outputs.mixed.params == 8 * 9 * 3 + 3
  expect Outputs.summ.params == 0 fails DM2004
  expect Phased.rf == 5
  expect (Outputs at (H = 4, W = 4)).macs == 16 * 8 * 9 * 3
  expect Outputs.shape == "[2, H, W, 4]"
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
