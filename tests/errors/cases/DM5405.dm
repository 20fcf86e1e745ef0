dm 1

model Small on x: f32[N, H, W, 3] = x -> conv(2, k = 1)

mapping Any { "a/**/<Any>/**" => "<Any>" "b" => "conv/bias" }

weights Small from "./lib/deep.safetensors" { "<Any>" => "<Any>" }
