dm 1

model Net on x: f32[N, 2, 2, 3] = x -> flatten -> relu -> dense(4) as fc1 -> dense(2) as fc2

weights Net from "./lib/flat.safetensors" {}

# Said, it is no question.
@flatten(torch)
weights Net from "./lib/flat.safetensors" {}
