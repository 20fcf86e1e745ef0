dm 1
block Ten on x: [.., H, W, 10] = x -> relu

model A on x: f32[N, 32, 32, 8] = x -> Ten()
