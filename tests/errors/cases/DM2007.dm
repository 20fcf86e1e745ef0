dm 1
model FC on x: f32[N, 8, 8, C] = x -> conv(8)
model A = FC at (S = 16)
