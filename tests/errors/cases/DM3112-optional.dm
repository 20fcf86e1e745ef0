dm 1
model A on b: f32[N, 8, 4] = (b, b, b) -> clip_boxes
