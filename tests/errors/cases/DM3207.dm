dm 1
block Forever(n: int) on x: [.., H, W, C] = x -> Forever(n + 1)

model A on x: f32[N, 32, 32, 8] = x -> Forever(1)
