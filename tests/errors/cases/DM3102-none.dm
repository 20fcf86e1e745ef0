dm 1

model M on x: f32[N, 32, 32, 8] = x -> flatten(1) -> softmax(-1)
