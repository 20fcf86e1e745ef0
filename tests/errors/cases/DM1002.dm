dm 1
use "./lib/blocks.dm { Unit }

model A on x: f32[N, 8, 8, 3] = x -> conv(8)
