dm 1
model A on x: f32[N, 32, 32, 8] -> f32[N, 8] = x -> conv(8)
