dm 1
model A on x: f32[N, 4, 4, 8] = x -> conv(8, k = 7, pad = valid)
