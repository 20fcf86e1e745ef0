dm 1
use "./lib/bloks.dm" { Unit }

model A on x: f32[N, 32, 32, 8] = x -> Unit(8)
