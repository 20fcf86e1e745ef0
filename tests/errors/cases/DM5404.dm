dm 1

model Small on x: f32[N, H, W, 3] = x -> conv(2, k = 1)

weights Small from "./lib/broken.safetensors" {}
weights Small from "/etc/weights.safetensors" {}
