dm 1
model A {
  input x: f32[N, 8, 8, 1]
  output boxes = ((x -> sigmoid, x -> conv(2) as size, x -> conv(2) as offset) -> centernet_decode(k = 100)).boxes
}
