dm 1
block A on x: [.., H, W, C] { return [x -> relu] }
block B on f: [.., H, W, C] -> [.., H, W, C] = f -> relu
model M on x: f32[N, 8, 8, 4] = x -> A -> B
