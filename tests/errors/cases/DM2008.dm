dm 1
use "./lib/cycle.dm" { Cycle }

model A on x: f32[N, 32, 32, 8] = x -> Cycle()
