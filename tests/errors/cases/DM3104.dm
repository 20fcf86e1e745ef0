dm 1
model A on x: f32[N, 32, 32, 8] {
  let c = [8, 16]
  return x -> conv(c[2])
}
