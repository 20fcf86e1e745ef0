dm 1
model M on x: f32[N, H, W, 4] = x -> conv(8) -> upsample(2)
