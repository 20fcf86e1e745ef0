dm 1
model M {
  input image: f32[N, H, W, 3]
  let a = image -> conv(4)
  output y = a -> conv(2, k = 1) as last
  part free on a: f32[N, H, W, C] -> y
}
