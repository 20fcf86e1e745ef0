dm 1
# A cut that leaves nothing.
model A on x: f32[N, 4, 4, 8] = x -> slice(from = 3, to = 3)
