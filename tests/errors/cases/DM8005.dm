dm 1
model A on x: f32[N, S, S, 8] = x + (x -> max_pool(2) -> upsample(2))
