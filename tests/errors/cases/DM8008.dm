dm 1

model Forgotten on x: f32[N, 32, 32, 3]
{
  let y    = x -> conv(8)
  let z    = x -> relu
  let made = conv(8)
  let (a, b) = (x -> conv(3) as left, x -> relu)
  let (c, d) = (x -> conv(3) as right, x -> relu)
  return a -> sigmoid
}
