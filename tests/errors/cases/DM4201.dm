dm 1
model A on x: f32[N, 32, 32, 8] = x + (x -> conv(16))
model B on x: f32[N, 32, 32, 8] = x + (x -> conv(8, stride = 2))
model C on x: f32[N, S, S, 8] = x + (x -> conv(8, k = 3, pad = valid))
