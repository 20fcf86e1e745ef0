dm 1
block Unit(c: int, k: int = 3) on x: [.., H, W, C] = x -> conv(c, k)

model A on x: f32[N, 32, 32, 8] = x -> Unit(8, 3, 1)
