dm 1
model A {
  input x: f32[N, 32, 32, 8]
  input t: f32[N, 32, 32, 8] in train
  output y = x
  output z = t -> relu in infer
}
