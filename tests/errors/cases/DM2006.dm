dm 1
block NoReturn on x: [.., H, W, C] {
  let y = x -> relu
}
