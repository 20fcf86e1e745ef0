dm 1

defaults { conv(bias = conv) }

model M on x: f32[N, 8, 8, 4] = x -> conv(8)
