dm 1

block There(k: int) on x: [.., H, W, C]
  = x -> max_pool(k, stride = k, pad = valid) -> upsample(k)

model Primes on x: f32[N, S, S, 3]
  = (each k in [7, 11, 13, 17, 19, 23, 29] { x -> There(k) }) -> add
