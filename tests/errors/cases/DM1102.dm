dm 1
blok A on x: f32[N, 32, 32, 8] = x -> relu

model B on x: f32[N, 32, 32, 8] = x -> relu
