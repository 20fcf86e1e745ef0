dm 1
block Twice on x: [.., C] -> [.., C] {
  let y = x -> relu
  part first on x -> y
  return y -> relu
}
