dm 1

model Square on x: f32[N, 3] = x -> dense(3) as first

# Nothing proves the order of a square kernel that is called `w`.
weights Square from "./lib/square.safetensors" { "first.w" => "first/kernel" "first.bias" => "first/bias" }

# Said, it is no question.
@axes(torch)
weights Square from "./lib/square.safetensors" { "first.w" => "first/kernel" "first.bias" => "first/bias" }
