dm 1
model A on x: f32[N, 32, 32, 8] {
  let table = x -> relu
  let if = table -> conv(8)
  return
    table -> conv(16)
}
