dm 1
model M on x: f32[1, H, W, 4] = x -> conv(8) -> bn -> relu
