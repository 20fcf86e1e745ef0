dm 1
## A norm in front of the convolution cannot be folded.
block Preact(c: int) on x: [.., H, W, C] -> [.., H, W, C] {
  let body = x -> bn -> relu -> conv(C)
  return body + x
}
model M on x: f32[2, 8, 8, 4] = x -> Preact(4) -> Preact(4) as second -> append_coords
