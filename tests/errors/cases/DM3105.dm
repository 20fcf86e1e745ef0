dm 1
model A on x: f32[N, 32, 32, 8] = if x then x else x
