dm 1
model A on x: f32[N, 32, 32, 8] = x -> chain i in 0..2 { 3 }
