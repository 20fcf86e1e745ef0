dm 1
model Plain on x: f32[N, H, W, 3] = x -> conv(8, bias = False) -> conv(8, bias = True) as second
model Phase on x: f32[N, H, W, 3] = if training then x else x
model Twice on x: f32[N, H, W, 3] = x -> conv(2 * C)
