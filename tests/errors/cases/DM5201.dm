dm 1
model A on x: f32[N, 32, 32, 8] {
  share f = conv(8)
  let y = x -> f
  return (y -> conv(16)) -> f
}
