# Other libraries write -1 or 0 for a size that is free.
model Free on x: f32[-1, 4] = x -> relu
model Batch on x: f32[N, 0, 10] = x -> relu
