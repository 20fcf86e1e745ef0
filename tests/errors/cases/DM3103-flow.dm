dm 1

block Unit(c: int) on x: [.., H, W, C] = x -> conv(c)

model Relu on x: f32[N, 32, 32, 8] = relu(x)

model Concat on (x: f32[N, 32, 32, 8], y: f32[N, 32, 32, 8]) = concat(x, y)

model Listed on (x: f32[N, 32, 32, 8], y: f32[N, 32, 32, 8]) = concat([x, y])

model Conv on x: f32[N, 32, 32, 8] = conv(x, 8, k = 5) -> relu

model Block on x: f32[N, 32, 32, 8]
{
  let y = Unit(x, 8)
  return y -> bn
}

block Open(c: int) on x: [.., H, W, C] = Unit(x, c)

model Labelled on x: f32[N, 32, 32, 8] = x -> conv(c = x)
