dm 1
block B on x: [.., H, W, C] {
  skip lrs = x -> relu
  return x + lrs
}
model M on x: f32[N, 32, 32, 8] = x -> B()
model A = M without skip lsr
