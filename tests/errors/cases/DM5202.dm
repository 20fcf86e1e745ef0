dm 1
model A {
  input x: f32[N, 32, 32, 8]
  output y = match phase { train => x, infer => x -> conv(8) }
}
