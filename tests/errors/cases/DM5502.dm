dm 1
model M {
  input image: f32[N, H, W, 3]
  let a = image -> conv(4)
  output y = a -> relu
  part heads on (image, a) -> y
}
