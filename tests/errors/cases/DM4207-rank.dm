dm 1
block Flat on x: [N, F] = x -> dense(8)

model A on x: f32[N, 32, 32, 8] = x -> Flat()
