dm 1
model A on x: f32[4, 8] = x -> reshape(32)
