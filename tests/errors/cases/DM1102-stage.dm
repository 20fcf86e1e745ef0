dm 1
model Lines on x: f32[N, H, W, 3] = x -> conv(8)
  -> bn
  relu
