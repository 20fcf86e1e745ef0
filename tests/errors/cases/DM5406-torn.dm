dm 1

model Torn on x: f32[N, 3] = x -> dense(2) as second -> dense(2) as third

# Called `kernel`, but [2, 3] for three features in and two out.
weights Torn from "./lib/torn.safetensors" {}
