dm 1
model M(c: int = 3) {
  input image: f32[N, H, W, 3]
  let f = conv(c) -> relu
  output y = image -> f
  part first -> f
  part second on (c, image) -> y
}
