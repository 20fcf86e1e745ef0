dm 1
block A on x: [.., H, W, C] {
  return x -> relu
  return x -> sigmoid
}
