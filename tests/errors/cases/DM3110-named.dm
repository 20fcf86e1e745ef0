model Named on x: f32[N, 8, 8, 4] = x -> conv(8) as y -> y
