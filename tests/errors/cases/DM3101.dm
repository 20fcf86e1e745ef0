dm 1
block Unit(c: int) on x: [.., H, W, C] = x -> conv(c)

model A on x: f32[N, 32, 32, 8] = x -> Unit("wide")
