dm 1

model Small on x: f32[N, H, W, 3] = x -> conv(2, k = 1) as first -> conv(2, k = 1) as b

# The rule says where the first convolution lies in the file; the second one has no tensor.
weights Small from "./lib/small.safetensors" { "a/*" => "first/*" }

# A slip on the right.
weights Small from "./lib/small.safetensors" { "a/*" => "frist/*" }

# Without rules, names of the file are the paths of the model.
weights Small from "./lib/small.safetensors" {}
