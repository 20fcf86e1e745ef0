dm 1
## The uneven padding of a free size is computed while the model runs.
model M on x: f32[1, S, S, 4] = x -> conv(8, stride = 2, pad = same)
