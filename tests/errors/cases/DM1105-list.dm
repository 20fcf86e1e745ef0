dm 1
model Grown on x: f32[N, H, W, 3] {
  let widths = [8, 16]
  widths.append(32)
  return x -> chain c in widths { conv(c) }
}
