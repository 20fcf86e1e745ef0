dm 1

model Vector on (x: f32[N, 8, 8, 3], g: f32[N, 3]) = x * g

model Mask on (x: f32[N, 8, 8, 3], g: f32[N, 8, 8, 1]) = x * g

model First on (x: f32[N, 8, 8, 3], g: f32[N, 1, 1, 3]) = g * x

model Added on (x: f32[N, 8, 8, 3], g: f32[N, 3]) = x + g
