dm 1
model A on (x: f32[N, H, W, 8], y: f32[N, W, H, 8]) = x + y
