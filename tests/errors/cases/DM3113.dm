dm 1
block Heads on x: [.., H, W, C] -> (heat: [.., H, W, 2], offset: [.., H, W, 2]) {
  return { heat: x -> conv(2) }
}

model A on x: f32[N, 32, 32, 8] = x -> Heads()
