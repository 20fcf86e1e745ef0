dm 1
## Nothing here is refused by all of them, and S by one.
model M on x: f32[N, S, S, 4] = x -> conv(8) -> bn -> relu
