dm 1
model Lossy {
  input x: f32[N, H, W, 3]
  output y = x -> conv(8)
  loss l = y -> average in train
}
