# Parts of a tuple, skips, and the second of two equal uses.
block Head on x: [.., H, W, C] = x -> conv(4)
model Parts on x: f32[N, 8, 8, 4] {
  let (a, b) = (x -> conv(3), x -> relu)
  skip s = x -> conv(4, k = 1)
  let first = x -> Head
  let second = x -> Head
  return b
}
