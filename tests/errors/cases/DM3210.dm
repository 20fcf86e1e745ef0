dm 1
model A on x: f32[N, 2147483648, 8, 8] = x -> relu
