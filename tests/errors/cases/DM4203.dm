dm 1
model A on (x: f32[N, 64], boxes: f32[N, K, 4]) = (x, boxes) -> crop_and_resize(7)
