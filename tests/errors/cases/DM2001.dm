dm 1
block Basic(c: int) on x: [.., H, W, C] = x -> conv(c)

model A on x: f32[N, 32, 32, 8] = x -> Basik(16)
