dm 1
model NoOutput on x: f32[N, 32, 32, 8] {
  let y = x -> relu
}
