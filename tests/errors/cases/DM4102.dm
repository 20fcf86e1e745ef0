dm 1
block Half on x: [.., H, W, C] -> [.., H / 2, W / 2, C] = x -> max_pool(2)

model A on x: f32[N, 7, 7, 8] = x -> Half()
