dm 1

model Mixed on (x: f32[N, 2, 2, 2], more: f32[N, 4]) = (x -> flatten, more) -> concat -> dense(4) as fc1 -> dense(2) as fc2

@flatten(torch)
weights Mixed from "./lib/flat.safetensors" {}
