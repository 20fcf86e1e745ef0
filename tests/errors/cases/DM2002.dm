dm 1
model A on x: f32[N, 32, 32, 8] {
  let y = x -> relu
  let y = x -> sigmoid
  return y
}
