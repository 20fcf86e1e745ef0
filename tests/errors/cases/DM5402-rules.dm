dm 1
model Small on x: f32[N, H, W, 3] = x -> conv(2, k = 1) as first -> conv(2, k = 1) as b

# Which rule leads nowhere, and on which side.
weights Small from "./lib/small.safetensors" {
  "a/*" => "frist/*"
  "c/*" => "b/*"
}
