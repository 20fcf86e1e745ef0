dm 1

model Forgotten(x: f32[N, 32, 32, 8]) = x -> relu

block Mixed(x: [.., H, W, C], c: int) on y: [.., H, W, C] = x -> conv(c)
