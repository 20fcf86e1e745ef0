dm 1

model Largest on x: f32[N, 32, 32, 8] = max(x, x -> relu)

model Root on x: f32[N, 32, 32, 8] = sqrt(x)
