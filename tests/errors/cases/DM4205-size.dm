dm 1
model A on x: f32[N, 0, 4, 8] = x -> relu
