dm 1
model F[c in [8, 16]] on x: f32[N, 32, 32, 8] = x -> conv(c)

model A on x: f32[N, 32, 32, 8] = x -> F
