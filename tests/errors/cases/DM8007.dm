dm 1

model Order on x: f32[N, 32, 32, 3] = x -> conv(3, 64, 7) -> relu -> conv(64, 32, 3, bias = false) as second

model Short on x: f32[N, 32, 32, 3] = x -> conv(3, 16)

## These are meant: a kernel of 7, of 11, and by name.
model Meant on x: f32[N, 32, 32, 3] = x -> conv(64, 7, 2) -> conv(96, 11) as wide -> conv(4, k = 9) as named
