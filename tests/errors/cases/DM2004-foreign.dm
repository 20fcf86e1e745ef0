dm 1

model Asked on x: f32[N, 32, 32, 8] = x -> conv(x.shape[3])

model Called on x: f32[N, 32, 32, 8] = x.view(4)

model Plain on x: f32[N, 32, 32, 8] = x -> relu

test "metrics" {
  expect Plain.flops == 0
}
