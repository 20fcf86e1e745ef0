dm 1

fn doubled(x) = x + x

model Shifted on x: f32[N, 32, 32, 8] = x + 1

model Picked on x: f32[N, 32, 32, 8] = x[0]

model Divided on x: f32[N, 32, 32, 8] = x / 0

model Called on x: f32[N, 32, 32, 8] = x -> doubled
