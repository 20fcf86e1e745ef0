dm 1
model M on x: f32[N, 4] {
  let y = x -> relu
  output z = y -> tanh
  part z on y -> z
  part z on x -> z
}
