dm 1
use "./lib/blocks.dm" { Unitt }

model A on x: f32[N, 32, 32, 8] = x -> relu
