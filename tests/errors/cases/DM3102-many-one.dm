model Means on x: f32[N, 8, 8, 4] = x -> mean(1, 2)
