dm 1
model A on x: f32[4, 8, 8, 8] = x -> param(2, 2, 2, 2, 2)
