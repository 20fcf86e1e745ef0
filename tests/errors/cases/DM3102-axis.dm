dm 1
model Joined on x: f32[N, H, W, 3] = (x, x) -> concat(axis = 1) -> softmax(dim = 1)
