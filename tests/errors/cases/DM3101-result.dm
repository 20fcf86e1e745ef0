dm 1

model Number on x: f32[N, 32, 32, 8] = 3

model Layer on x: f32[N, 32, 32, 8] = relu

model Nothing on x: f32[N, 32, 32, 8] = {}

model Half on x: f32[N, 32, 32, 8] = { y: x -> relu, width: 8 }
