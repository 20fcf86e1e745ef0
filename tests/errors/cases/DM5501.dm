dm 1
model M {
  input image: f32[N, H, W, 3]
  input shift: f32[N, H, W, 4]
  let h = { pixel: image -> conv(4), who: image -> conv(4) }
  let seen = h.pixel + h.who
  output y = seen + shift
  part heads on h.pixel -> y
}
