dm 1
model M {
  input image: f32[N, 32, 32, 3]
  let a = image -> conv(4)
  output y = a -> conv(2, k = 1) as last -> relu
  part free on a: f32[N, P, Q, 4] -> y
  part rank on a: f32[N, 32, 4] -> y
  part size on a: f32[N, 16, 32, 4] -> y
  part kind on a: i32[N, 32, 32, 4] -> y
}
