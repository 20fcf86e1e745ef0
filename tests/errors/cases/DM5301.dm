dm 1
block B on x: [.., H, W, C] {
  skip s = x -> relu
  return s + s
}
model M on x: f32[N, 32, 32, 8] = x -> B()
model A = M without skip s
