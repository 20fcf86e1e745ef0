dm 1

model Large on x: f32[N, 8, 8, 4] = x -> conv(4, bias_init = 1e300) -> scale(1e308)

model Small on x: f32[N, 8, 8, 4] = x -> scale(1e-60)

model Written on x: f32[N, 8, 8, 4] = 1e60 * x
