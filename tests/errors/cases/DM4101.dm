dm 1
block Half(scale: int) on x: [.., H, W, C] -> [.., H / scale, W / scale, C]
  where H % scale == 0, W % scale == 0
  = x -> max_pool(scale)

model A on x: f32[N, 48, 48, 8] = x -> Half(32)
