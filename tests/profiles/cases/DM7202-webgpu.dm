dm 1
model M on x: f32[N, 8, 8, 4] = x -> append_coords -> conv(8)
