dm 1

## S never stands alone, so nothing says what it is.
model A on x: f32[N, 2 * S, 2 * S, 8] = x -> conv(S)
