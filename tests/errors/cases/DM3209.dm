dm 1
model A on x: f32[N, 32, 32, 8] = x -> chain i in 0..1000000 { chain j in 0..1000000 { relu } }
