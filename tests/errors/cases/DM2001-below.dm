dm 1

model Below on x: f32[N, 32, 32, 8]
{
  let a = b -> relu
  let b = x -> conv(8)
  return a
}

model Itself on x: f32[N, 32, 32, 8]
{
  let y = y -> relu
  return y
}
